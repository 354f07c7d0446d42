"""The six steps at the top of an incident's page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: str  # done | current | todo
    at: datetime | None = None
    by: str = ""


def steps_of(incident: Incident) -> list[Step]:
    facts = _facts(incident)
    coming = facts["coming"][1] is not None
    done = _done(incident, coming)
    current = _current(incident, coming) if incident.is_open else None
    steps = []
    for key, (label, at, by) in facts.items():
        state = "current" if key == current else "done" if key in done else "todo"
        steps.append(Step(label=label, state=state, at=at, by=by))
    return steps


def _facts(incident: Incident) -> dict[str, tuple[str, datetime | None, str]]:
    acts = incident.desk in (Incident.Desk.ACTING, Incident.Desk.ENDED)
    return {
        "raised": (_("Alarm received"), incident.opened_at, ""),
        "seen": (
            _("Seen by a supervisor"),
            incident.acknowledged_at,
            _family(incident.acknowledged_by),
        ),
        "grasping": (_("Finding out"), None, ""),
        "support": (
            _("Support requested"),
            incident.support_requested_at,
            _("Operator") if acts else "",
        ),
        "coming": (_("On the way"), *_coming(incident)),
        "closed": (
            _("Closed and recorded"),
            None if incident.is_open else incident.closed_at,
            incident.closed_by_name or "",
        ),
    }


def _coming(incident: Incident) -> tuple[datetime | None, str]:
    """Whoever set out first: a supervisor, or a responder of the security company."""
    sent = incident.events.filter(kind="dispatch_en_route").order_by("at").first()
    if incident.coming_at or sent is None:
        return incident.coming_at, _family(incident.coming_by)
    return sent.at, str(sent.payload.get("call_sign", ""))


def _done(incident: Incident, coming: bool) -> set[str]:
    done = {"raised"}
    if incident.acknowledged_at:
        done.add("seen")
    if incident.support_requested_at:
        done |= {"grasping", "support"}
    if coming:
        done |= {"grasping", "coming"}
    return done if incident.is_open else done | {"closed"}


def _current(incident: Incident, coming: bool) -> str:
    if coming:
        return "coming"
    if incident.support_requested_at:
        return "support"
    return "grasping" if incident.acknowledged_at else "seen"


def _family(person: User | None) -> str:
    return person.family_name if person else ""
