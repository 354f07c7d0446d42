"""Every kind of line that an incident's record may hold: its words, its look, and who reads it.

The table is read from top to bottom like an alarm: somebody presses, people are called, they
answer, the security company helps, it ends. Nothing is written that is not in it (`known`); a
line that another release wrote is read all the same (`kind_of`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Tone(StrEnum):
    """The colour of a line's mark; the names are classes of the style sheet."""

    PLAIN = ""
    RED = "red"
    """Danger, or nobody is helping."""
    AMBER = "amber"
    """Help is less than it was, or somebody has to choose."""
    BLUE = "blue"
    """Word from somebody, or help that was sent for."""
    GREEN = "green"
    """Help is there or on its way, or all is well."""


class Audience(Enum):
    """Who reads a line, from the widest circle to the narrowest."""

    DEVICE = "device"
    """The device that pressed, too: it shows what the security company did last."""
    COMPANY = "company"
    """The company's pages, and the desk."""
    DESK = "desk"
    """Only those with a grant."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A fact of a line that stands below its sentence, and who reads it there."""

    fact: str
    label: "StrOrPromise"
    audience: Audience
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class EventKind:
    name: str
    icon: str
    tone: Tone
    words: tuple["StrOrPromise", ...]
    """From the most telling sentence to the barest: the first whose facts are all known is said.
    Where the clock may act, one of them names nobody."""
    audience: Audience
    strong: bool
    notice: "StrOrPromise"
    """What a notice says when the desk did it. Read on locked screens: no name and no place."""
    notice_to_device: bool
    """Whether the device that pressed is told as well as the people called."""
    details: tuple[Detail, ...]
    """No other fact of the line is ever shown below it."""

    def sentence(self, facts: Mapping[str, str]) -> str:
        """Empty when every sentence needs a fact that is not known."""
        for words in self.words:
            try:
                return str(words) % facts
            except KeyError:
                continue
        return ""


class UnknownEventKind(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__(f"no kind of event is called {name!r}: incidents/events.py lists them all")


def known(name: str) -> EventKind:
    """For writing. Raises UnknownEventKind."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownEventKind(name) from None


def kind_of(name: str) -> EventKind:
    """For reading: what another release wrote is an ordinary line that shows its name."""
    return KINDS.get(name) or _kind(name, "bell", Tone.PLAIN, *_unknown_words(name))


def _unknown_words(name: str) -> tuple[str, str]:
    literally = name.replace("%", "%%")
    return f"%(who)s: {literally}", literally


def names_for(*audiences: Audience) -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.audience in audiences]


def _kind(
    name: str,
    icon: str,
    tone: Tone,
    *words: "StrOrPromise",
    audience: Audience = Audience.COMPANY,
    strong: bool = False,
    notice: "StrOrPromise" = "",
    notice_to_device: bool = True,
    details: tuple[Detail, ...] = (),
) -> EventKind:
    return EventKind(name, icon, tone, words, audience, strong, notice, notice_to_device, details)


def _details_of_call(spoken_to: "StrOrPromise") -> tuple[Detail, ...]:
    desk = Audience.DESK
    return (
        Detail("called_at", _("Time of the call"), desk, is_time=True),
        Detail("spoken_to", spoken_to, desk),
        Detail("situation", _("What is happening"), desk),
        Detail("people", _("People involved"), desk),
        Detail("weapon", _("Weapons"), desk),
    )


# Facts that a sentence may name: who, text, words, person, people, number, reference, reason,
# result, responder, called (incidents/sentences.py makes them of the event).

TABLE = (
    # The person who pressed.
    _kind("opened", "siren", Tone.RED, _("%(who)s raised an alarm"), strong=True),
    _kind("tapped_again", "siren", Tone.RED, _("%(who)s pressed again"), strong=True),
    _kind("raised", "siren", Tone.RED, _("%(who)s asked for more help"), strong=True),
    _kind(
        "still_going", "triangle-alert", Tone.RED, _("%(who)s: it is still going on"), strong=True
    ),
    _kind(
        "goes_on_in",
        "triangle-alert",
        Tone.RED,
        _("It goes on in alarm %(number)s"),
        _("It goes on in a newer alarm"),
        strong=True,
    ),
    _kind("safe", "circle-check", Tone.GREEN, _("%(who)s: I am safe")),
    _kind(
        "message",
        "send",
        Tone.BLUE,
        _("%(who)s: %(text)s"),
        _("%(who)s sent a message"),
        notice=_("A message from the security company"),
    ),
    # Calling the people who are responsible.
    _kind(
        "climbed",
        "bell-ring",
        Tone.PLAIN,
        _("The next people were called (%(people)s)"),
        _("The next people were called"),
    ),
    _kind("called_again", "bell-ring", Tone.AMBER, _("Everybody called so far was called again")),
    _kind(
        "hr_called",
        "bell-ring",
        Tone.AMBER,
        _("Nobody else is on the way: HR was called (%(people)s)"),
        _("Nobody else is on the way: HR was called"),
    ),
    _kind(
        "people_added",
        "user-plus",
        Tone.PLAIN,
        _("People who have become responsible since then were added (%(people)s)"),
        _("People who have become responsible since then were added"),
    ),
    _kind(
        "unreachable",
        "user-x",
        Tone.AMBER,
        _("None of those called (%(people)s) could be reached: the next were called at once"),
        _("None of those called could be reached: the next were called at once"),
    ),
    _kind(
        "nobody_left",
        "triangle-alert",
        Tone.RED,
        _("There is nobody else who could be called"),
        strong=True,
    ),
    # What they answer, do and write.
    _kind("acknowledged", "check", Tone.GREEN, _("%(who)s has seen the alarm")),
    _kind("acknowledged_too", "check", Tone.PLAIN, _("%(who)s has seen it, too")),
    _kind("heading_out", "footprints", Tone.GREEN, _("%(who)s has set out"), strong=True),
    _kind(
        "arrival_asked",
        "circle-help",
        Tone.PLAIN,
        _("%(person)s was asked: have you arrived?"),
        _("The person who set out was asked: have you arrived?"),
    ),
    _kind("still_on_way", "footprints", Tone.GREEN, _("%(who)s is still on the way")),
    _kind("arrived", "map-pin-check", Tone.GREEN, _("%(who)s has arrived"), strong=True),
    _kind("cannot_come", "user-x", Tone.AMBER, _("%(who)s cannot come"), strong=True),
    _kind(
        "not_arrived",
        "triangle-alert",
        Tone.RED,
        _("No word of arrival from %(person)s: the others were called again"),
        _("No word of arrival from the person who set out: the others were called again"),
        strong=True,
    ),
    _kind(
        "asked_on_site",
        "users",
        Tone.PLAIN,
        _("%(who)s asked the people on site (%(people)s)"),
        _("%(who)s asked the people on site"),
    ),
    _kind(
        "note",
        "clipboard-pen",
        Tone.PLAIN,
        _("Note by %(who)s: %(text)s"),
        _("%(who)s wrote a note"),
    ),
    # Asking the security company.
    _kind(
        "support_requested",
        "shield-alert",
        Tone.RED,
        _("%(who)s asked the security company for support"),
        _("The security company was asked automatically"),
        strong=True,
    ),
    _kind(
        "support_requested_again",
        "shield-alert",
        Tone.RED,
        _("%(who)s asked the security company once more"),
        _("The security company was asked once more, automatically"),
        strong=True,
    ),
    _kind(
        "desk_unanswered",
        "triangle-alert",
        Tone.RED,
        _("The security company did not answer for 90 seconds: call 110"),
        strong=True,
        notice=_("The security company has not answered yet. In danger, call 110 now."),
    ),
    # Its operators.
    _kind(
        "desk_claimed",
        "headset",
        Tone.GREEN,
        _("%(who)s has taken over"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company has taken over"),
    ),
    _kind(
        "desk_handed_over",
        "handshake",
        Tone.GREEN,
        _("%(who)s has taken over from a colleague"),
        audience=Audience.DEVICE,
    ),
    _kind(
        "desk_given_back",
        "undo-2",
        Tone.AMBER,
        _("%(who)s has given the case back to the queue"),
        notice=_("The security company is assigning another operator"),
        notice_to_device=False,
    ),
    _kind(
        "desk_console_lost",
        "triangle-alert",
        Tone.RED,
        _("An operator's console fell silent: the case went back to the queue"),
        notice=_("The security company is assigning another operator"),
        notice_to_device=False,
    ),
    _kind("desk_phoned", "phone", Tone.BLUE, _("%(who)s telephoned")),
    _kind(
        "desk_note",
        "clipboard-pen",
        Tone.PLAIN,
        _("Note by %(who)s: %(text)s"),
        _("%(who)s wrote a note"),
        audience=Audience.DESK,
    ),
    _kind(
        "desk_break_glass",
        "key-round",
        Tone.RED,
        _("%(who)s opened the record by break-glass (%(reason)s)"),
        _("%(who)s opened the record by break-glass"),
        notice=_("The security company has opened a record by break-glass"),
        notice_to_device=False,
    ),
    _kind(
        "desk_closed",
        "shield-check",
        Tone.AMBER,
        _("%(who)s has finished (%(result)s): %(words)s"),
        _("%(who)s has finished (%(result)s)"),
        _("%(who)s has finished"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company has finished"),
    ),
    # Police, fire brigade and ambulance.
    _kind(
        "police_called",
        "siren",
        Tone.BLUE,
        _("%(who)s called 110 (%(called)s, reference %(reference)s)"),
        _("%(who)s called 110 (reference %(reference)s)"),
        _("%(who)s called 110 (%(called)s); the reference is not known yet"),
        _("%(who)s called 110; the reference is not known yet"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company has called 110"),
        details=_details_of_call(_("Police officer spoken to")),
    ),
    _kind(
        "police_reference",
        "siren",
        Tone.BLUE,
        _("%(who)s: the reference of the call to 110 is %(reference)s"),
        _("%(who)s noted the reference of the call to 110"),
    ),
    _kind(
        "fire_called",
        "ambulance",
        Tone.RED,
        _("%(who)s called 119 (%(called)s, reference %(reference)s)"),
        _("%(who)s called 119 (reference %(reference)s)"),
        _("%(who)s called 119 (%(called)s); the reference is not known yet"),
        _("%(who)s called 119; the reference is not known yet"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company has called 119"),
        details=_details_of_call(_("Person spoken to")),
    ),
    _kind(
        "fire_reference",
        "ambulance",
        Tone.BLUE,
        _("%(who)s: the reference of the call to 119 is %(reference)s"),
        _("%(who)s noted the reference of the call to 119"),
    ),
    # Its responders.
    _kind(
        "dispatch_requested",
        "car",
        Tone.BLUE,
        _("%(who)s ordered %(responder)s to go"),
        _("%(responder)s was ordered to go"),
        audience=Audience.DEVICE,
        notice=_("The security company is sending somebody"),
    ),
    _kind("dispatch_reserved", "timer", Tone.PLAIN, _("%(responder)s is reserved and comes next")),
    _kind("dispatch_accepted", "car", Tone.BLUE, _("%(responder)s has accepted the order")),
    _kind(
        "dispatch_en_route",
        "car",
        Tone.GREEN,
        _("%(responder)s is on the way"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company's responder is on the way"),
    ),
    _kind(
        "dispatch_arrived",
        "map-pin-check",
        Tone.GREEN,
        _("%(responder)s has arrived"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company's responder has arrived"),
    ),
    _kind(
        "responder_note",
        "clipboard-pen",
        Tone.PLAIN,
        _("Report by %(who)s: %(text)s"),
        _("%(who)s sent a report"),
        audience=Audience.DESK,
    ),
    _kind(
        "dispatch_left",
        "footprints",
        Tone.PLAIN,
        _("%(responder)s has left (%(result)s)"),
        _("%(responder)s has left"),
        audience=Audience.DEVICE,
        notice=_("The security company's responder has finished"),
    ),
    _kind("dispatch_declined", "ban", Tone.AMBER, _("%(responder)s cannot go")),
    _kind("dispatch_cancelled", "undo-2", Tone.AMBER, _("%(responder)s was called back")),
    _kind(
        "dispatch_late",
        "timer",
        Tone.RED,
        _("%(responder)s has not arrived within 25 minutes"),
        notice=_("The security company's responder is later than 25 minutes"),
        notice_to_device=False,
    ),
    _kind(
        "dispatch_over_limit",
        "timer",
        Tone.AMBER,
        _("%(responder)s has been out for an hour"),
        notice=_("The security company's dispatch has passed one hour"),
        notice_to_device=False,
    ),
    # The end, and what follows.
    _kind("asked_if_over", "circle-help", Tone.PLAIN, _("Asked whether it is still going on")),
    _kind(
        "reminded",
        "bell-ring",
        Tone.PLAIN,
        _("Whoever is in charge was reminded that the alarm is still open"),
    ),
    _kind("closed", "circle-check", Tone.GREEN, _("%(who)s closed the alarm"), strong=True),
    _kind(
        "second_person_called",
        "bell-ring",
        Tone.AMBER,
        _("Closed by others without a word from the person: %(people)s was called as well"),
        _("Closed by others without a word from the person: a second person was called"),
    ),
    _kind("reopened", "rotate-ccw", Tone.RED, _("%(who)s has reopened the alarm"), strong=True),
    _kind(
        "classified",
        "list",
        Tone.PLAIN,
        _("%(who)s chose the categories: %(text)s"),
        _("%(who)s changed the categories"),
    ),
    _kind(
        "suspended",
        "ban",
        Tone.RED,
        _("The service was suspended by the platform: call 110"),
        strong=True,
    ),
    # Drills.
    _kind(
        "support_rehearsed",
        "shield",
        Tone.PLAIN,
        _("%(who)s rehearsed asking the security company; it was not told"),
        _("Asking the security company was rehearsed automatically; it was not told"),
    ),
    _kind("drill_ended", "flag", Tone.PLAIN, _("The drill ended by itself after 30 minutes")),
    _kind(
        "made_real",
        "siren",
        Tone.RED,
        _("%(who)s: this is not a drill (it goes on as alarm %(number)s)"),
        _("%(who)s: this is not a drill"),
        strong=True,
    ),
    _kind(
        "was_drill",
        "flag",
        Tone.PLAIN,
        _("Not a drill: it began as drill %(number)s"),
        _("Not a drill: it began as one"),
        strong=True,
    ),
)

KINDS = {kind.name: kind for kind in TABLE}
