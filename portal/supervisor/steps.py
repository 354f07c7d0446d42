"""The six steps at the top of an incident's page. They tick by what is so, and by nothing else."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident, IncidentEvent
from portal.supervisor.facts import REQUESTS

Desk = Incident.Desk
SENT = (
    "dispatch_en_route",
    "dispatch_arrived",
    "dispatch_not_arrived",
    "dispatch_late",
    "dispatch_over_limit",
)
ANSWERS = ("acknowledged", "heading_out", "arrived")
RECALLED = ("dispatch_left", "dispatch_cancelled", "dispatch_declined")


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: str  # done | current | todo
    at: datetime | None = None
    by: str = ""


Fact = tuple[str, datetime | None, str]
"""A step's words, since when it is so, and by whom."""


def steps_of(incident: Incident) -> list[Step]:
    facts = _facts(incident)
    done = _done(incident, facts)
    current = _current(incident, facts) if incident.is_open else None
    return [
        Step(label, "current" if key == current else "done" if key in done else "todo", at, by)
        for key, (label, at, by) in facts.items()
    ]


def _facts(incident: Incident) -> dict[str, Fact]:
    closer = incident.closed_by_name.partition(" ")[0]
    return {
        "raised": (_("Alarm received"), incident.opened_at, ""),
        "seen": (_("Seen by a supervisor"), *_seen(incident)),
        "grasping": (_("Being looked into"), None, ""),
        "support": (_("Support requested"), _asked_at(incident), _desk(incident)),
        "coming": (_("On the way"), *_coming(incident)),
        "closed": (_("Ended"), incident.closed_at, closer),
    }


def _seen(incident: Incident) -> tuple[datetime | None, str]:
    """Who has seen it: while open, since the last cry; once ended, the first of all."""
    if incident.is_open:
        return incident.acknowledged_at, _family(incident.acknowledged_by)
    lines = incident.events.filter(kind__in=ANSWERS, actor_kind="user").order_by("at", "pk")
    first = lines.first()
    return incident.first_seen_at, first.actor_name.partition(" ")[0] if first else ""


def _asked_at(incident: Incident) -> datetime | None:
    """When help was asked for: the current request; once ended, the first."""
    if not incident.is_open:
        return incident.support_requested_at
    if incident.desk == Desk.NONE and incident.drill != Incident.Drill.INTERNAL:
        return None
    last = incident.events.filter(kind__in=REQUESTS).order_by("at", "pk").last()
    return last.at if last else incident.support_requested_at


def _desk(incident: Incident) -> str:
    return {
        Desk.NONE: "",
        Desk.ASKED: _("not answered yet"),
        Desk.UNANSWERED: _("no answer yet"),
        Desk.ACTING: _("Operator"),
        Desk.ENDED: _("work ended"),
    }[Desk(incident.desk)]


def _coming(incident: Incident) -> tuple[datetime | None, str]:
    """Who is coming: a supervisor, or a responder of the security company."""
    if incident.arrived_at:
        return incident.arrived_at, _family(incident.arrived_by)
    if incident.coming_at:
        return incident.coming_at, _family(incident.coming_by)
    sent = _responder(incident)
    return (sent.at, str(sent.payload.get("call_sign", ""))) if sent else (None, "")


def _responder(incident: Incident) -> IncidentEvent | None:
    """The responder sent; in an open alarm only as long as the operator acts."""
    if incident.is_open and incident.desk != Desk.ACTING:
        return None
    lines = incident.events.filter(kind__in=(*SENT, *RECALLED)).order_by("at", "pk")
    newest = {line.payload.get("call_sign"): line for line in lines}
    out = [line for line in newest.values() if line.kind in SENT or not incident.is_open]
    return out[0] if out else None


def _done(incident: Incident, facts: dict[str, Fact]) -> set[str]:
    done = {key for key, (_label, at, _by) in facts.items() if at is not None}
    answered = incident.desk in (Desk.ACTING, Desk.ENDED)
    if incident.desk in (Desk.ASKED, Desk.UNANSWERED):
        done.discard("support")
    if incident.acknowledged_at and ("coming" in done or answered):
        done.add("grasping")
    return done


def _current(incident: Incident, facts: dict[str, Fact]) -> str:
    if incident.safe_at or incident.arrived_at:
        return "closed"
    if facts["coming"][1] is not None:
        return "coming"
    if incident.desk in (Desk.ASKED, Desk.UNANSWERED, Desk.ACTING):
        return "support"
    return "grasping" if incident.acknowledged_at else "seen"


def _family(person: User | None) -> str:
    return person.family_name if person else ""
