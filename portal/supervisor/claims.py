"""What the page claims about an open alarm: each only while it is so, the newest on top."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident, IncidentEvent
from incidents.selectors import asked_on_site, danger, support_state, support_step
from incidents.sentences import family
from operations.models import Case
from portal.live.clock import milliseconds
from portal.live.timeline import CRIES
from portal.supervisor.steps import REQUESTS

RETURNS = ("desk_given_back", "desk_console_lost")
CLAIMS = ("desk_claimed", "desk_handed_over")
OF_DESK = (*REQUESTS, *RETURNS, *CLAIMS, "desk_unanswered", "desk_closed")


@dataclass(frozen=True, slots=True)
class DeskClaim:
    text: str
    at: datetime
    icon: str
    tone: str  # ok | warn | danger | info
    detail: str = ""
    waits_since: datetime | None = None
    """A clock that runs while it is waited for."""

    @property
    def waits_since_ms(self) -> int | None:
        return milliseconds(self.waits_since)


def claims_of(incident: Incident, viewer: User) -> list[DeskClaim]:
    if not incident.is_open:
        return []
    claims = [*_of_her(incident), *_of_people(incident, viewer), *_of_desk(incident)]
    return sorted(claims, key=lambda claim: claim.at, reverse=True)


# The person


def _of_her(incident: Incident) -> Iterator[DeskClaim]:
    if incident.safe_at is not None:
        yield DeskClaim(
            _("The person answered: safe. Please end the alarm"),
            incident.safe_at,
            "circle-check",
            "ok",
        )
    cry = cry_of(incident)
    if cry is not None:
        yield cry


def cry_of(incident: Incident) -> DeskClaim | None:
    cry = _last_cry(incident)
    return DeskClaim(_cry_words(cry), cry.at, "triangle-alert", "danger") if cry else None


def _last_cry(incident: Incident) -> IncidentEvent | None:
    """The newest cry that nobody has answered since."""
    last = incident.events.filter(kind__in=CRIES).order_by("at", "pk").last()
    answers = (
        incident.acknowledged_at,
        incident.coming_at,
        incident.arrived_at,
        incident.safe_at,
    )
    is_answered = last is not None and any(at > last.at for at in answers if at)
    return None if is_answered else last


def _cry_words(cry: IncidentEvent) -> str:
    if cry.kind == "still_going":
        return _("The person says: it is still going on")
    if cry.kind == "reopened":
        return _("%(name)s has opened the alarm again") % {"name": family(cry.actor_name)}
    return _("The person has pressed again")


# The company's people


def _of_people(incident: Incident, viewer: User) -> Iterator[DeskClaim]:
    arrived, coming, seen = incident.arrived_by, incident.coming_by, incident.acknowledged_by
    if arrived and incident.arrived_at:
        words = _("You are there") if arrived == viewer else _("%(name)s has arrived")
        yield DeskClaim(_named(words, arrived), incident.arrived_at, "user-check", "ok")
    if coming and incident.coming_at:
        words = _("You are on your way") if coming == viewer else _("%(name)s is on the way")
        asked = _("asked whether they have arrived") if incident.coming_asked_at else ""
        yield DeskClaim(_named(words, coming), incident.coming_at, "footprints", "ok", asked)
    request = asked_on_site(incident)
    if request is not None:
        yield DeskClaim(_asked_words(request, viewer), request.at, "users", "info")
    if seen and incident.acknowledged_at and seen not in (arrived, coming):
        words = _("You have seen it") if seen == viewer else _("%(name)s has confirmed it.")
        yield DeskClaim(_named(words, seen), incident.acknowledged_at, "check", "info")


def _asked_words(line: IncidentEvent, viewer: User) -> str:
    people = line.payload["people"]
    names = {"name": family(line.actor_name), "people": _(", ").join(map(family, people))}
    if line.actor_id == str(viewer.public_id):
        return _("You have asked %(people)s on site to go there") % names
    if viewer.get_full_name() in people:
        return _("%(name)s has asked you to go there") % names
    return _("%(name)s has asked %(people)s on site to go there") % names


def _named(words: str, person: User) -> str:
    return words % {"name": person.polite_name}


# The security company


def _of_desk(incident: Incident) -> Iterator[DeskClaim]:
    state = support_state(incident)
    if state == "none":
        return
    lines = {line.kind: line for line in incident.events.filter(kind__in=OF_DESK).order_by("pk")}
    if incident.drill == Incident.Drill.INTERNAL:
        yield _rehearsed(incident, lines)
    elif state == "requested":
        yield _asked(incident, lines)
    elif state == "unanswered":
        yield _unanswered(incident, lines)
    elif state == "claimed":
        yield _acting(incident, lines)
    else:
        yield _ended(incident, lines)


Lines = dict[str, IncidentEvent]
"""The newest line of each kind."""


def _newest(incident: Incident, lines: Lines, *kinds: str) -> tuple[IncidentEvent | None, datetime]:
    """The newest line of some kinds, and its time; the state may be known before its line."""
    line = max((lines[kind] for kind in kinds if kind in lines), key=_age, default=None)
    return line, line.at if line else incident.desk_at or incident.opened_at


def _age(line: IncidentEvent) -> tuple[datetime, int]:
    return line.at, line.pk


def _rehearsed(incident: Incident, lines: Lines) -> DeskClaim:
    _line, at = _newest(incident, lines, *REQUESTS)
    words = _("Drill: the request was rehearsed and did not go to the security company")
    return DeskClaim(words, at, "info", "warn")


def _asked(incident: Incident, lines: Lines) -> DeskClaim:
    since = incident.desk_at or incident.opened_at
    last, _at = _newest(incident, lines, *REQUESTS, *RETURNS)
    if last is not None and last.kind in RETURNS:
        words, by = _("The security company is assigning another operator"), ""
    else:
        words, by = _("Request sent, waiting for an answer"), _asked_by(last)
    return DeskClaim(words, since, "radio", "warn", by, waits_since=since)


def _asked_by(line: IncidentEvent | None) -> str:
    if line is not None and line.actor_kind == "device":
        return _("asked by the person")
    if line is None or line.actor_kind != "user":
        return _("asked automatically")
    return _("asked by %(name)s") % {"name": family(line.actor_name)}


def _unanswered(incident: Incident, lines: Lines) -> DeskClaim:
    _line, at = _newest(incident, lines, "desk_unanswered")
    tone = "danger" if danger(incident) else "warn"
    return DeskClaim(_("The security company does not answer"), at, "triangle-alert", tone)


def _acting(incident: Incident, lines: Lines) -> DeskClaim:
    _line, at = _newest(incident, lines, *CLAIMS)
    return DeskClaim(
        _("An operator has taken over"), at, "headset", "ok", support_step(incident) or ""
    )


def _ended(incident: Incident, lines: Lines) -> DeskClaim:
    line, at = _newest(incident, lines, "desk_closed")
    result = dict(Case.Result.choices).get(incident.desk_result, "")
    words = _("The security company has ended its work (%(result)s)") % {"result": result}
    words_typed = str(line.payload.get("words", "")) if line else ""
    return DeskClaim(words, at, "shield-check", "warn", words_typed)
