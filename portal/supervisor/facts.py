"""What is known of an alarm, read for one viewer: the page's facts, and fewer for a row of a list.

What is said of them stands in `portal/live/sentences.py`.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.conversation import lines_by_incident, read_up_to
from incidents.models import Incident, IncidentEvent
from incidents.selectors import answer_wanted, asked_on_site, danger, danger_line, support_state
from incidents.sentences import family, polite, sentence
from notifications.services import people_reached
from operations.models import Case
from portal.live.facts import (
    Act,
    AlarmEnd,
    AlarmFacts,
    DeskStep,
    DeskWork,
    OnSite,
    Said,
    UnansweredCry,
)
from portal.live.timeline import CRIES

REQUESTS = ("support_requested", "support_requested_again", "support_rehearsed")
RETURNS = ("desk_given_back", "desk_console_lost")
CLAIMS = ("desk_claimed", "desk_handed_over")
COMING = ("dispatch_en_route", "dispatch_arrived")
STEPS = (
    "desk_handed_over",
    "police_called",
    "fire_called",
    "dispatch_requested",
    "dispatch_left",
    *COMING,
)
IN_A_LIST = ("message", *CRIES)

Lines = Sequence[IncidentEvent]


class PageFacts:
    """One alarm's facts, from its lines."""

    def __init__(self, incident: Incident, viewer: User) -> None:
        self.incident = incident
        self.viewer = viewer

    @cached_property
    def lines(self) -> list[IncidentEvent]:
        return list(self.incident.events.order_by("at", "pk"))

    def last(self, *kinds: str) -> IncidentEvent | None:
        found = (line for line in reversed(self.lines) if line.kind in kinds)
        return next(found, None)

    @cached_property
    def all(self) -> AlarmFacts:
        incident = self.incident
        why = danger(incident, reached=people_reached(incident.public_id) > 0)
        because = danger_line(incident) if why else None
        arrived, coming = self._arrived(), self._coming()
        going = {incident.arrived_by_id, incident.coming_by_id}
        return AlarmFacts(
            person=person_of(incident),
            opened_at=incident.opened_at,
            is_watch=incident.level == Incident.Level.WATCH,
            cry=cry_in(incident, self.lines),
            message=said_in(self.lines),
            unread=unread_in(self.lines, read_up_to(self.viewer, [incident]).get(incident.pk, 0)),
            safe_at=incident.safe_at if incident.is_open else None,
            seen=None if incident.acknowledged_by_id in going else self._seen(),
            coming=coming,
            is_arrival_asked=coming is not None and incident.coming_asked_at is not None,
            arrived=arrived,
            on_site=self._on_site(),
            called_110=self._called_110(),
            desk=self._desk(),
            danger=why,
            danger_at=because.at if because else incident.opened_at,
            ending=None if incident.is_open else self._ending(),
        )

    # The company's people

    def _by(self, person: User | None, at: datetime | None) -> Act | None:
        if person is None or at is None:
            return None
        return Act(at, person.polite_name, person == self.viewer)

    def _seen(self) -> Act | None:
        return self._by(self.incident.acknowledged_by, self.incident.acknowledged_at)

    def _coming(self) -> Act | None:
        return self._by(self.incident.coming_by, self.incident.coming_at)

    def _arrived(self) -> Act | None:
        return self._by(self.incident.arrived_by, self.incident.arrived_at)

    def _wrote(self, line: IncidentEvent) -> Act:
        is_reader = line.actor_id == str(self.viewer.public_id)
        return Act(line.at, family(line.actor_name), is_reader)

    def _on_site(self) -> OnSite | None:
        line = asked_on_site(self.incident)
        if line is None:
            return None
        people = line.payload["people"]
        is_asked = self.viewer.get_full_name() in people
        return OnSite(self._wrote(line), tuple(map(family, people)), is_asked)

    def _called_110(self) -> Act | None:
        line = self.last("called_110")
        return self._wrote(line) if line and self.incident.is_open else None

    # The security company

    def _desk(self) -> DeskWork | None:
        state = support_state(self.incident)
        if state == "none":
            return None
        if self.incident.drill == Incident.Drill.INTERNAL:
            return DeskWork("rehearsed", self._since(*REQUESTS))
        return {
            "requested": self._asked,
            "unanswered": lambda: DeskWork("unanswered", self._since("desk_unanswered")),
            "claimed": lambda: DeskWork("claimed", self._since(*CLAIMS), step=self._step()),
            "ended": self._ended,
        }[state]()

    def _since(self, *kinds: str) -> datetime:
        """Time of the newest of these lines; the state may be known before its line."""
        line = self.last(*kinds)
        return line.at if line else self.incident.desk_at or self.incident.opened_at

    def _asked(self) -> DeskWork:
        since = self.incident.desk_at or self.incident.opened_at
        last = self.last(*REQUESTS, *RETURNS)
        if last is not None and last.kind in RETURNS:
            return DeskWork("requested", since, is_returned=True)
        if last is not None and last.actor_kind == "device":
            return DeskWork("requested", since, "person")
        if last is not None and last.actor_kind == "user":
            return DeskWork("requested", since, "user", family(last.actor_name))
        return DeskWork("requested", since, unheard_seconds=self._unheard(since))

    def _unheard(self, asked: datetime) -> int | None:
        """How long nobody had answered the last cry when the clock asked; None: somebody had."""
        cried = max(self.incident.cried_at or self.incident.opened_at, self.incident.opened_at)
        answers = ("acknowledged", "heading_out", "arrived", "asked_on_site", "message")
        answered = any(
            line.actor_kind == "user" and line.kind in answers and cried <= line.at
            for line in self.lines
        )
        return None if answered or cried > asked else round((asked - cried).total_seconds())

    def _step(self) -> DeskStep | None:
        line = self.last(*STEPS)
        if line is None or line.at < self._since("desk_claimed"):
            return None
        words = sentence(line, of_post=self.incident.post_id is not None)
        return DeskStep(line.at, words, line.kind in COMING)

    def _ended(self) -> DeskWork:
        line = self.last("desk_closed")
        result = str(dict(Case.Result.choices).get(self.incident.desk_result, ""))
        words = str(line.payload.get("words", "")) if line else ""
        return DeskWork("ended", self._since("desk_closed"), result=result, words=words)

    # The end

    def _ending(self) -> AlarmEnd:
        incident = self.incident
        assert incident.closed_at is not None
        answer = "safe" if incident.safe_at else "pending" if answer_wanted(incident) else ""
        return AlarmEnd(incident.closed_at, closed_words(incident), answer)


def facts_in_list(incidents: Sequence[Incident], viewer: User) -> dict[int, AlarmFacts]:
    """For rows: what columns say, and whether she has cried or written since. By key."""
    lines, marks = lines_by_incident(incidents, IN_A_LIST), read_up_to(viewer, incidents)
    return {one.pk: _in_a_row(one, lines[one.pk], marks.get(one.pk, 0)) for one in incidents}


def _in_a_row(incident: Incident, lines: Lines, read: int) -> AlarmFacts:
    desk = support_state(incident)
    return AlarmFacts(
        person=person_of(incident),
        opened_at=incident.opened_at,
        is_watch=incident.level == Incident.Level.WATCH,
        cry=cry_in(incident, lines),
        message=said_in(lines),
        unread=unread_in(lines, read),
        safe_at=incident.safe_at,
        seen=_at(incident.acknowledged_at),
        coming=_at(incident.coming_at),
        arrived=_at(incident.arrived_at),
        desk=_desk_in_a_row(incident, desk),
        danger=danger(incident),
        danger_at=incident.opened_at,
    )


def _at(at: datetime | None) -> Act | None:
    return Act(at, "") if at else None


def _desk_in_a_row(incident: Incident, state: str) -> DeskWork | None:
    at = incident.desk_at or incident.opened_at
    if state == "none":
        return None
    if incident.drill == Incident.Drill.INTERNAL:
        return DeskWork("rehearsed", at)
    return DeskWork(state, at)


def person_of(incident: Incident) -> str:
    """Who pressed, as people are called inside a sentence; a post by its name."""
    return family(incident.reporter.full_name) if incident.reporter else incident.holder.full_name


def cry_in(incident: Incident, lines: Lines) -> UnansweredCry | None:
    """The newest cry that nobody has answered since."""
    if not incident.is_open:
        return None
    cries = [line for line in lines if line.kind in CRIES]
    answers = (
        incident.acknowledged_at,
        incident.coming_at,
        incident.arrived_at,
        incident.safe_at,
    )
    if not cries or any(at > cries[-1].at for at in answers if at):
        return None
    return UnansweredCry(cries[-1].at, cries[-1].kind, family(cries[-1].actor_name))


def said_in(lines: Lines) -> Said | None:
    hers = _messages(lines)
    return Said(hers[-1].at, str(hers[-1].payload.get("text", ""))) if hers else None


def unread_in(lines: Lines, read: int) -> int:
    return sum(line.pk > read for line in _messages(lines))


def _messages(lines: Lines) -> list[IncidentEvent]:
    """What the person who pressed has written."""
    return [line for line in lines if line.kind == "message" and line.actor_kind == "device"]


def closed_words(incident: Incident) -> str:
    """By whom an alarm was ended, and as what."""
    outcome = str(incident.get_outcome_display()) if incident.outcome else _("Closed")
    if not incident.closed_by_name:
        return outcome
    is_post = incident.closed_by_kind == "device" and incident.post is not None
    name = incident.closed_by_name if is_post else polite(incident.closed_by_name)
    return _("%(name)s closed it: %(outcome)s") % {"name": name, "outcome": outcome}
