"""Making a move when its time has come: by a timekeeper's job, in the claiming transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from escalation import next_move
from escalation.moves.state import Due
from incidents.models import Incident
from jobs.registry import Retry

PATIENCE = timedelta(seconds=1)
"""With a locked row: its holder decides first, and other incidents are not kept waiting."""


_READ = ("id", "turn", "next_move_at")
_LOOK = f"""
SELECT set_config('lock_timeout', %s, true);
SELECT {", ".join(_READ)} FROM incidents_incident WHERE public_id = %s FOR UPDATE;
SELECT clock_timestamp()"""  # noqa: S608 - our own words


def make_move(*, incident_id: UUID, turn: int) -> None:
    """Make the due move, unless the job is of an older turn. Raises Retry if early, or if somebody
    else has the incident or its case locked."""
    try:
        _make_move(incident_id, turn)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Retry(PATIENCE, "the incident is locked") from error
        raise


def _make_move(incident_id: UUID, turn: int) -> None:
    incident, now = _look(incident_id)
    if incident.turn != turn or incident.next_move_at is None:
        return
    if incident.next_move_at > now:
        raise Retry(incident.next_move_at - now, "not due yet")
    next_move.apply(incident, Due())


def _look(incident_id: UUID) -> tuple[Incident, datetime]:
    """The incident's next move, and what time it is after the wait for its row."""
    with connection.cursor() as cursor:
        patience = f"{int(PATIENCE.total_seconds() * 1000)}ms"
        cursor.execute(_LOOK, [patience, incident_id])
        cursor.nextset()
        row = cursor.fetchone()
        cursor.nextset()
        (now,) = cursor.fetchone()
    if row is None:
        raise Incident.DoesNotExist
    return Incident.from_db("default", _READ, row), now
