"""What an alarm's screens say: sentences from facts, each only while it is so.

Pure: nothing is read here, so that every combination of facts can be asked
(`tests/supervisor/test_sentences.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.live.clock import milliseconds
from portal.live.facts import Act, AlarmFacts, DeskWork, OnSite, UnansweredCry


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that is so."""

    text: str
    at: datetime
    icon: str
    tone: str  # ok | warn | danger | info
    detail: str = ""
    waits_since: datetime | None = None
    """A clock that runs while it is waited for."""
    also: str = ""
    line: str = "blue"
    """As the newest fact: red (danger, or from the person), green (help comes), blue."""

    @property
    def at_ms(self) -> int | None:
        return milliseconds(self.at)

    @property
    def waits_since_ms(self) -> int | None:
        return milliseconds(self.waits_since)


@dataclass(frozen=True, slots=True)
class Badge:
    """The state in a word or two, on the page and in a list."""

    words: str
    tone: str  # solid | green | amber | blue | ""


# The newest fact


def newest_of(facts: AlarmFacts) -> Sentence:
    """The one fact that stands above all: the newest; of the same moment, the gravest."""
    if facts.ending is not None:
        return _ended_alarm(facts)
    return max(_told(facts), key=lambda claim: (claim.at, claim.line == "red"))


def _told(facts: AlarmFacts) -> Iterator[Sentence]:
    words = _("%(name)s raised an alarm") % {"name": facts.person}
    yield Sentence(words, facts.opened_at, "siren", "danger", line="red")
    if facts.message is not None:
        yield _message(facts)
    if facts.danger is not None and facts.danger_at is not None:
        words = danger_title(facts.danger)
        yield Sentence(words, facts.danger_at, "triangle-alert", "danger", line="red")
    if facts.desk is not None and facts.desk.step is not None:
        step = facts.desk.step
        line = "green" if step.is_help_coming else "blue"
        yield Sentence(step.text, step.at, "headset", "info", line=line)
    yield from claims_of(facts)


def _message(facts: AlarmFacts) -> Sentence:
    assert facts.message is not None
    words = _("%(name)s: “%(text)s”") % {"name": facts.person, "text": facts.message.text}
    return Sentence(
        words, facts.message.at, "message-square", "danger", unread_words(facts.unread), line="red"
    )


def unread_words(unread: int) -> str:
    return ngettext("%(n)s unread", "%(n)s unread", unread) % {"n": unread} if unread else ""


def _ended_alarm(facts: AlarmFacts) -> Sentence:
    ending = facts.ending
    assert ending is not None
    acts = facts.desk is not None and facts.desk.state == "claimed"
    answer = {
        "safe": _("The person answered: safe"),
        "pending": _("Waiting for the person's answer: safe, or still going on"),
    }.get(ending.answer, "")
    also = _("An operator of the security company is still acting.") if acts else ""
    return Sentence(ending.words, ending.at, "circle-check", "ok", answer, also=also)


def danger_title(danger: str) -> str:
    return {
        "desk_silent": _("The security company does not answer. Call 110"),
        "nobody_came": _("Nobody is on the way yet. Call 110"),
        "nobody_reached": _("Nobody could be reached. Call 110"),
    }[danger]


# What is so


def claims_of(facts: AlarmFacts) -> list[Sentence]:
    """What is so in an open alarm, the newest on top."""
    if facts.ending is not None:
        return []
    claims = [*_of_her(facts), *_of_people(facts), *_of_desk(facts)]
    return sorted(claims, key=lambda claim: claim.at, reverse=True)


def _of_her(facts: AlarmFacts) -> Iterator[Sentence]:
    if facts.safe_at is not None:
        words = _("The person answered: safe. Please end the alarm")
        yield Sentence(words, facts.safe_at, "circle-check", "ok", line="green")
    if facts.cry is not None:
        yield cry_claim(facts.cry)


def cry_claim(cry: UnansweredCry) -> Sentence:
    return Sentence(_cry_words(cry), cry.at, "triangle-alert", "danger", line="red")


def _cry_words(cry: UnansweredCry) -> str:
    if cry.kind == "still_going":
        return _("The person says: it is still going on")
    if cry.kind == "reopened":
        return _("%(name)s has opened the alarm again") % {"name": cry.name}
    return _("The person has pressed again")


def _of_people(facts: AlarmFacts) -> Iterator[Sentence]:
    arrived, coming, seen = facts.arrived, facts.coming, facts.seen
    if facts.called_110 is not None:
        words = _by(facts.called_110, _("You have called 110"), _("%(name)s has called 110"))
        yield Sentence(words, facts.called_110.at, "phone-call", "info")
    if arrived is not None:
        words = _by(arrived, _("You are there"), _("%(name)s has arrived"))
        yield Sentence(words, arrived.at, "user-check", "ok", line="green")
    if coming is not None:
        words = _by(coming, _("You are on your way"), _("%(name)s is on the way"))
        asked = _("asked whether they have arrived") if facts.is_arrival_asked else ""
        yield Sentence(words, coming.at, "footprints", "ok", asked, line="green")
    if facts.on_site is not None:
        yield Sentence(_asked_words(facts.on_site), facts.on_site.by.at, "users", "info")
    if seen is not None:
        words = _by(seen, _("You have seen it"), _("%(name)s has confirmed it."))
        yield Sentence(words, seen.at, "check", "info")


def _by(act: Act, by_reader: str, by_other: str) -> str:
    return by_reader if act.is_reader else by_other % {"name": act.name}


def _asked_words(asked: OnSite) -> str:
    people = pgettext("between the parts of a list", ", ").join(asked.people)
    names = {"name": asked.by.name, "people": people}
    if asked.by.is_reader:
        return _("You have asked %(people)s on site to go there") % names
    if asked.reader_is_asked:
        return _("%(name)s has asked you to go there") % names
    return _("%(name)s has asked %(people)s on site to go there") % names


# The security company


def _of_desk(facts: AlarmFacts) -> Iterator[Sentence]:
    work = facts.desk
    if work is None:
        return
    if work.state == "rehearsed":
        words = _("Drill: the request was rehearsed and did not go to the security company")
        yield Sentence(words, work.at, "info", "warn")
    elif work.state == "requested":
        yield _asked(work)
    elif work.state == "unanswered":
        grave = facts.danger is not None
        words = _("The security company does not answer")
        yield Sentence(
            words,
            work.at,
            "triangle-alert",
            "danger" if grave else "warn",
            line="red" if grave else "blue",
        )
    elif work.state == "claimed":
        step = work.step.text if work.step else ""
        yield Sentence(_("An operator has taken over"), work.at, "headset", "ok", step)
    else:
        words = _("The security company has ended its work (%(result)s)") % {"result": work.result}
        yield Sentence(words, work.at, "shield-check", "warn", work.words)


def _asked(work: DeskWork) -> Sentence:
    if work.is_returned:
        words, by = _("The security company is assigning another operator"), ""
    else:
        words, by = _("Request sent, waiting for an answer"), _asked_by(work)
    return Sentence(words, work.at, "radio", "warn", by, waits_since=work.at)


def _asked_by(work: DeskWork) -> str:
    if work.asked_by == "person":
        return _("asked by the person")
    if work.asked_by == "user":
        return _("asked by %(name)s") % {"name": work.name}
    if work.unheard_seconds is None:
        return _("Nobody was on the way, so the security company was asked automatically")
    words = _("Nobody answered for %(n)s seconds, so the security company was asked automatically")
    return words % {"n": work.unheard_seconds}


# The state in a word


def badge_of(facts: AlarmFacts) -> Badge:
    """Of an open alarm, by its most telling fact; an ended one is named by its outcome."""
    for holds, words, tone in _states(facts):
        if holds:
            return Badge(words, tone)
    return Badge(_("Watch in progress") if facts.is_watch else _("Alarm raised"), "solid")


def _states(facts: AlarmFacts) -> list[tuple[object, str, str]]:
    desk = facts.desk.state if facts.desk else ""
    return [
        (facts.safe_at, _("Safe, not yet ended"), "green"),
        (facts.danger == "desk_silent", _("The security company does not answer"), "solid"),
        (facts.danger, _("Nobody is coming"), "solid"),
        (facts.cry and _is_help_on_its_way(facts), _cry_word(facts.cry), "solid"),
        (facts.arrived, _("Somebody is there"), "green"),
        (facts.coming, _("Somebody is on the way"), "green"),
        (desk == "claimed", _("Operator has taken over"), "green"),
        (desk == "requested", _("Support requested"), "amber"),
        (desk == "ended", _("The security company has ended its work"), "amber"),
        (facts.seen, _("Confirmed"), "blue"),
    ]


def _is_help_on_its_way(facts: AlarmFacts) -> bool:
    """Whether a calmer state would hide that she has cried since."""
    is_claimed = facts.desk is not None and facts.desk.state == "claimed"
    return facts.coming is not None or facts.arrived is not None or is_claimed


def _cry_word(cry: UnansweredCry | None) -> str:
    return _("Still going on") if cry and cry.kind == "still_going" else _("Pressed again")
