"""Making a move when its time has come: by a timekeeper's job, in the claiming transaction."""

from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from escalation import next_move
from escalation.moves.state import Due
from incidents.models import Incident
from jobs.clock import database_now
from jobs.registry import Retry

PATIENCE = timedelta(seconds=1)
"""With a locked row: its holder decides first, and other incidents are not kept waiting."""


def make_move(*, incident_id: UUID, turn: int) -> None:
    """Make the due move, unless the job is of an older turn. Raises Retry if early, or if somebody
    else has the incident or its case locked."""
    with connection.cursor() as cursor:
        milliseconds = int(PATIENCE.total_seconds() * 1000)
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])
    try:
        _make_move(incident_id, turn)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Retry(PATIENCE, "the incident is locked") from error
        raise


def _make_move(incident_id: UUID, turn: int) -> None:
    incident = Incident.objects.select_for_update(of=("self",)).get(public_id=incident_id)
    if incident.turn != turn or incident.next_move_at is None:
        return
    ahead = incident.next_move_at - database_now()
    if ahead > timedelta(0):
        raise Retry(ahead, "not due yet")
    next_move.apply(incident, Due())
