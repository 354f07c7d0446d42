"""What the security company's desk did, as it shows inside the company: record, clocks, notices."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from accounts.permissions import Actor
from escalation.climbing import climb, locked, stop_climbing
from escalation.telling import tell_devices, tell_people_called
from incidents.models import Incident, IncidentEvent
from incidents.services import record_event, tell_of
from operations.models import Case

WRITTEN_ALREADY = {"message", "desk_note", "desk_phoned", "police_called", "fire_called"}
SILENT = {"desk_note", "break_glass_asked"}


@dataclass(frozen=True, slots=True)
class Change:
    """One `operations.case_changed`. `key` is unique for each."""

    what: str
    key: str
    actor: Actor
    facts: dict[str, Any] = field(default_factory=dict)


def follow(*, incident: Incident, case: Case, change: Change) -> None:
    if change.what in SILENT:
        return
    incident = locked(incident)
    if change.what == "unanswered":
        if case.is_waiting and str(case.turn) == change.facts["turn"]:
            _nobody_answers(incident, change)
        return
    _set_clocks(incident, case)
    _record(incident, change)
    _tell(incident, change)


def _set_clocks(incident: Incident, case: Case) -> None:
    """As the case stands now, whatever order the jobs came in."""
    if case.state == Case.State.CLAIMED:
        fresh = {"operator_claimed_at": Coalesce("operator_claimed_at", Now())}
        Incident.objects.filter(pk=incident.pk).update(desk_silent_at=None, **fresh)
        stop_climbing(incident)
    elif case.state == Case.State.REQUESTED:
        Incident.objects.filter(pk=incident.pk).update(operator_claimed_at=None)


def _record(incident: Incident, change: Change) -> None:
    if change.what in WRITTEN_ALREADY:
        tell_of(IncidentEvent.objects.get(incident=incident, pk=change.facts["event"]))
        return
    kind = change.what if change.what.startswith("dispatch_") else f"desk_{change.what}"
    record_event(incident=incident, kind=kind, actor=change.actor, payload=change.facts)


def _nobody_answers(incident: Incident, change: Change) -> None:
    """90 seconds: everybody called is told to call 110, and the own ladder begins again."""
    incident.rungs.update(climbed_at=None)
    Incident.objects.filter(pk=incident.pk).update(desk_silent_at=Now(), round=incident.round + 1)
    incident.refresh_from_db()
    record_event(incident=incident, kind="desk_unanswered", actor=change.actor)
    if not incident.is_open:
        return
    stop_climbing(incident)
    climb(incident)
    text = _("The security company has not answered yet. In danger, call 110 now.")
    tell_people_called(incident, f"desk:{change.key}", text)
    _tell_devices_unless_under_duress(incident, f"desk:{change.key}", text)


def _tell(incident: Incident, change: Change) -> None:
    text = _words().get(change.what)
    if text is None:
        return
    tell_people_called(incident, f"desk:{change.key}", text)
    if change.what not in FOR_PEOPLE_ONLY:
        _tell_devices_unless_under_duress(incident, f"desk:{change.key}", text)


def _tell_devices_unless_under_duress(incident: Incident, what: str, text: str) -> None:
    """While the screen shows a false end, nothing may appear on it."""
    if incident.shown_closed_at is None or not incident.is_open:
        tell_devices(incident, what, text)


FOR_PEOPLE_ONLY = {"break_glass", "dispatch_late", "dispatch_over_limit", "console_lost"}


def _words() -> dict[str, str]:
    """Read on locked screens: no name and no place."""
    return {
        "claimed": _("The security company has taken over"),
        "console_lost": _("The security company is assigning another operator"),
        "message": _("A message from the security company"),
        "police_called": _("The security company has called 110"),
        "fire_called": _("The security company has called 119"),
        "dispatch_requested": _("The security company is sending somebody"),
        "dispatch_en_route": _("The security company's responder is on the way"),
        "dispatch_arrived": _("The security company's responder has arrived"),
        "dispatch_late": _("The security company's responder is later than 25 minutes"),
        "dispatch_over_limit": _("The security company's dispatch has passed one hour"),
        "dispatch_left": _("The security company's responder has finished"),
        "break_glass": _("The security company has opened a record by break-glass"),
        "closed": _("The security company has finished"),
    }
