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
    done = _done(incident)
    current = _current(incident) if incident.is_open else None
    steps = []
    for key, (label, at, by) in _facts(incident).items():
        state = "current" if key == current else "done" if key in done else "todo"
        steps.append(Step(label=label, state=state, at=at, by=by))
    return steps


def _facts(incident: Incident) -> dict[str, tuple[str, datetime | None, str]]:
    claimed = incident.operator_claimed_at
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
            claimed or incident.support_requested_at,
            _("Operator") if claimed else "",
        ),
        "coming": (_("On the way"), incident.coming_at, _family(incident.coming_by)),
        "closed": (
            _("Closed and recorded"),
            None if incident.is_open else incident.closed_at,
            incident.closed_by_name or "",
        ),
    }


def _done(incident: Incident) -> set[str]:
    done = {"raised"}
    if incident.acknowledged_at:
        done.add("seen")
    if incident.support_requested_at:
        done |= {"grasping", "support"}
    if incident.coming_at:
        done |= {"grasping", "coming"}
    return done if incident.is_open else done | {"closed"}


def _current(incident: Incident) -> str:
    if incident.coming_at:
        return "coming"
    if incident.support_requested_at:
        return "support"
    return "grasping" if incident.acknowledged_at else "seen"


def _family(person: User | None) -> str:
    return person.family_name if person else ""
