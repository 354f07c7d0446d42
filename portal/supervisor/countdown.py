"""What happens next by itself, and when: the incident's next move in words, with a clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from escalation.selectors import Callee, NextCall
from incidents.models import Incident
from portal.live.clock import clock_text, milliseconds

Move = Incident.Move
CLOCK = "{clock}"
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Countdown:
    """A sentence with a clock in its middle."""

    before: str
    after: str
    at: datetime
    is_urgent: bool
    """Others are called unless somebody does something."""

    @property
    def at_ms(self) -> int | None:
        return milliseconds(self.at)

    @property
    def left(self) -> str:
        return clock_text(self.at - timezone.now())


def countdown_of(
    incident: Incident, call: NextCall | None = None, viewer: User | None = None
) -> Countdown | None:
    """What happens next, and when. `call`: whom the ladder calls next, where known."""
    if incident.next_move is None or incident.next_move_at is None:
        return None
    before, _clock, after = _words(incident, call, viewer).partition(CLOCK)
    is_urgent = incident.next_move not in (Move.ASK, Move.CLOSE)
    return Countdown(before, after, incident.next_move_at, is_urgent)


def _words(incident: Incident, call: NextCall | None, viewer: User | None) -> str:
    match incident.next_move:
        case Move.CHOOSE:
            return _("Without a choice: %(what)s") % {"what": _call_words(incident, call, viewer)}
        case Move.CALL:
            return _call_words(incident, call, viewer)
        case Move.ARRIVE:
            return _arrive_words(incident)
        case Move.DESK:
            return _("Without an answer, everybody is told to call 110 in {clock}")
        case Move.ASK:
            return _ask_words(incident)
    return _close_words(incident)


def _call_words(incident: Incident, call: NextCall | None, viewer: User | None) -> str:
    if call is None:
        return _("The next are called in {clock}")
    if call.callee == Callee.PEOPLE:
        names = {"names": names_of(call.people, viewer)}
        if call.once_more:
            return _("%(names)s are called once more in {clock}") % names
        return _("The next (%(names)s) are called in {clock}") % names
    if call.callee == Callee.EVERYBODY:
        return _("Everybody is called once more in {clock}")
    if call.callee == Callee.NOBODY_LEFT:
        return _("Everybody is told to call 110 in {clock}, and called once more")
    if incident.desk == Incident.Desk.UNANSWERED:
        return _("The security company is asked once more in {clock}, automatically")
    return _("The security company is asked in {clock}, automatically")


def _arrive_words(incident: Incident) -> str:
    if incident.coming_asked_at is not None:
        return _("Without an answer, the others are called in {clock}")
    name = incident.coming_by.polite_name if incident.coming_by else ""
    return _("%(name)s is asked in {clock} whether they have arrived") % {"name": name}


def _ask_words(incident: Incident) -> str:
    if incident.is_open:
        return _("In {clock} we ask whether it is still going on")
    return _("Without an answer, somebody else is asked in {clock} to look")


def _close_words(incident: Incident) -> str:
    if incident.drill != Incident.Drill.NONE:
        return _("The drill ends by itself in {clock}")
    return _("In {clock} we ask you to end the alarm")


def names_of(people: Iterable[User], viewer: User | None = None) -> str:
    names = [_("you") if person == viewer else person.polite_name for person in people]
    text = _(", ").join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return _("%(names)s and %(more)s more") % {"names": text, "more": more} if more > 0 else text
