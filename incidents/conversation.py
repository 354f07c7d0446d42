"""What the person who pressed and her helpers say to each other, and how far it was read."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from accounts.models import User
from incidents.models import Incident, IncidentEvent, ReadMark
from notifications.models import Notice

HER_WORDS = ("opened", "tapped_again", "raised", "still_going", "safe", "message")
"""Kinds of lines that her device writes and that are words to the others."""

_MARK = """
INSERT INTO incidents_readmark (incident_id, user_id, line) VALUES (%s, %s, %s)
ON CONFLICT (incident_id, user_id)
DO UPDATE SET line = GREATEST(incidents_readmark.line, EXCLUDED.line)"""


def lines_of(incident: Incident) -> list[IncidentEvent]:
    """Her words and everybody's messages, oldest first."""
    lines = incident.events.filter(kind__in=HER_WORDS).order_by("at", "pk")
    return [line for line in lines if line.kind == "message" or line.actor_kind == "device"]


@transaction.atomic
def mark_read(*, incident: Incident, user: User, line: int) -> None:
    """Note that this person was shown the conversation up to this line; any other is no mark."""
    if any(line == one.pk for one in lines_of(incident)):
        with connection.cursor() as cursor:
            cursor.execute(_MARK, [incident.pk, user.pk, line])


def read_up_to(user: User, incidents: Iterable[Incident]) -> dict[int, int]:
    """By incident's key."""
    marks = ReadMark.objects.filter(user=user, incident__in=[one.pk for one in incidents])
    return dict(marks.values_list("incident_id", "line"))


def lines_by_incident(
    incidents: Iterable[Incident], kinds: Sequence[str]
) -> dict[int, list[IncidentEvent]]:
    """By incident's key, oldest first; one statement for a whole list."""
    keys = [incident.pk for incident in incidents]
    lines = IncidentEvent.objects.filter(incident__in=keys, kind__in=kinds)
    found: dict[int, list[IncidentEvent]] = {key: [] for key in keys}
    for line in lines.order_by("at", "pk") if keys else ():
        found[line.incident_id].append(line)
    return found


def notices_of_messages(incident: Incident) -> dict[str, list[Notice]]:
    """What was sent to her devices, by the public id of the message that it tells of."""
    sent = Notice.objects.filter(
        incident_id=incident.public_id, kind="answer", dedupe__startswith="message:"
    )
    by_message: dict[str, list[Notice]] = {}
    for notice in sent.prefetch_related("receipts"):
        by_message.setdefault(notice.dedupe.split(":")[1], []).append(notice)
    return by_message
