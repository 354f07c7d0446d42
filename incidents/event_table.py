"""Every kind of line that an incident's record may hold.

The table is read from top to bottom like an alarm: somebody presses, people are called, they
answer, the security company helps, it ends.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from incidents.event_kinds import Audience, Detail, Tone, event_kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _details_of_call(spoken_to: "StrOrPromise") -> tuple[Detail, ...]:
    desk = Audience.DESK
    return (
        Detail("called_at", _("Time of the call"), desk, is_time=True),
        Detail("spoken_to", spoken_to, desk),
        Detail("situation", _("What is happening"), desk),
        Detail("people", _("People involved"), desk),
        Detail("weapon", _("Weapons"), desk),
    )


WILL_NOT_COME = (
    ("sound_not_permitted", "mic-off", _("The microphone is not permitted: there is no recording")),
    ("no_microphone", "mic-off", _("No microphone: there is no recording")),
    ("sound_muted", "mic-off", _("The microphone is muted: no sound comes")),
    ("position_not_permitted", "map-pin", _("Position is not permitted: none comes")),
    ("position_unavailable", "map-pin", _("The device does not know its position")),
)

# Facts that a sentence may name: who, text, words, person, people, number, reference, reason,
# result, responder, called (incidents/sentences.py makes them of the event).

TABLE = (
    # The person who pressed.
    event_kind("opened", "siren", Tone.RED, _("%(who)s raised an alarm"), strong=True),
    event_kind("tapped_again", "siren", Tone.RED, _("%(who)s pressed again"), strong=True),
    event_kind("raised", "siren", Tone.RED, _("%(who)s asked for more help"), strong=True),
    event_kind(
        "still_going", "triangle-alert", Tone.RED, _("%(who)s: it is still going on"), strong=True
    ),
    event_kind(
        "goes_on_in",
        "triangle-alert",
        Tone.RED,
        _("It goes on in alarm %(number)s"),
        _("It goes on in a newer alarm"),
        strong=True,
    ),
    event_kind("safe", "circle-check", Tone.GREEN, _("%(who)s: I am safe")),
    event_kind(
        "message",
        "send",
        Tone.BLUE,
        _("%(who)s: %(text)s"),
        _("%(who)s sent a message"),
        notice=_("A message from the security company"),
    ),
    # What her device says of itself.
    *(event_kind(name, icon, Tone.AMBER, words) for name, icon, words in WILL_NOT_COME),
    # Calling the people who are responsible.
    event_kind(
        "climbed",
        "bell-ring",
        Tone.PLAIN,
        _("The next people were called (%(people)s)"),
        _("The next people were called"),
    ),
    event_kind(
        "called_again", "bell-ring", Tone.AMBER, _("Everybody called so far was called again")
    ),
    event_kind(
        "hr_called",
        "bell-ring",
        Tone.AMBER,
        _("Nobody else is on the way: HR was called (%(people)s)"),
        _("Nobody else is on the way: HR was called"),
    ),
    event_kind(
        "people_added",
        "user-plus",
        Tone.PLAIN,
        _("People who have become responsible since then were added (%(people)s)"),
        _("People who have become responsible since then were added"),
    ),
    event_kind(
        "unreachable",
        "user-x",
        Tone.AMBER,
        _("None of those called (%(people)s) could be reached: the next were called at once"),
        _("None of those called could be reached: the next were called at once"),
    ),
    event_kind(
        "nobody_left",
        "triangle-alert",
        Tone.RED,
        _("There is nobody else who could be called"),
        strong=True,
    ),
    # What they answer, do and write.
    event_kind("acknowledged", "check", Tone.GREEN, _("%(who)s has seen the alarm")),
    event_kind("acknowledged_too", "check", Tone.PLAIN, _("%(who)s has seen it, too")),
    event_kind("heading_out", "footprints", Tone.GREEN, _("%(who)s has set out"), strong=True),
    event_kind(
        "arrival_asked",
        "circle-help",
        Tone.PLAIN,
        _("%(person)s was asked: have you arrived?"),
        _("The person who set out was asked: have you arrived?"),
    ),
    event_kind("still_on_way", "footprints", Tone.GREEN, _("%(who)s is still on the way")),
    event_kind("arrived", "map-pin-check", Tone.GREEN, _("%(who)s has arrived"), strong=True),
    event_kind("cannot_come", "user-x", Tone.AMBER, _("%(who)s cannot come"), strong=True),
    event_kind(
        "not_arrived",
        "triangle-alert",
        Tone.RED,
        _("No word of arrival from %(person)s: the others were called again"),
        _("No word of arrival from the person who set out: the others were called again"),
        strong=True,
    ),
    event_kind(
        "asked_on_site",
        "users",
        Tone.PLAIN,
        _("%(who)s asked the people on site (%(people)s)"),
        _("%(who)s asked the people on site"),
    ),
    event_kind("called_110", "phone-call", Tone.BLUE, _("%(who)s called 110"), strong=True),
    event_kind(
        "note",
        "clipboard-pen",
        Tone.PLAIN,
        _("Note by %(who)s: %(text)s"),
        _("%(who)s wrote a note"),
    ),
    # Asking the security company.
    event_kind(
        "support_requested",
        "shield-alert",
        Tone.RED,
        _("%(who)s asked the security company for support"),
        _("The security company was asked automatically"),
        strong=True,
    ),
    event_kind(
        "support_requested_again",
        "shield-alert",
        Tone.RED,
        _("%(who)s asked the security company once more"),
        _("The security company was asked once more, automatically"),
        strong=True,
    ),
    event_kind(
        "desk_unanswered",
        "triangle-alert",
        Tone.RED,
        _("The security company did not answer for 90 seconds: call 110"),
        strong=True,
        notice=_("The security company has not answered yet. In danger, call 110 (police) now."),
    ),
    # Its operators.
    event_kind(
        "desk_claimed",
        "headset",
        Tone.GREEN,
        _("%(who)s has taken over"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company has taken over"),
    ),
    event_kind(
        "desk_handed_over",
        "handshake",
        Tone.GREEN,
        _("%(who)s has taken over from a colleague"),
        audience=Audience.DEVICE,
    ),
    event_kind(
        "desk_given_back",
        "undo-2",
        Tone.AMBER,
        _("%(who)s has given the case back to the queue"),
        notice=_("The security company is assigning another operator"),
        notice_to_device=False,
    ),
    event_kind(
        "desk_console_lost",
        "triangle-alert",
        Tone.RED,
        _("An operator's console fell silent: the case went back to the queue"),
        notice=_("The security company is assigning another operator"),
        notice_to_device=False,
    ),
    event_kind("desk_phoned", "phone", Tone.BLUE, _("%(who)s telephoned")),
    event_kind(
        "desk_note",
        "clipboard-pen",
        Tone.PLAIN,
        _("Note by %(who)s: %(text)s"),
        _("%(who)s wrote a note"),
        audience=Audience.DESK,
    ),
    event_kind(
        "desk_break_glass",
        "key-round",
        Tone.RED,
        _("%(who)s opened the record by break-glass (%(reason)s)"),
        _("%(who)s opened the record by break-glass"),
        notice=_("The security company has opened a record by break-glass"),
        notice_to_device=False,
    ),
    event_kind(
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
    event_kind(
        "police_called",
        "siren",
        Tone.BLUE,
        _("%(who)s called 110, the police (%(called)s, reference %(reference)s)"),
        _("%(who)s called 110, the police (reference %(reference)s)"),
        _("%(who)s called 110, the police (%(called)s); the reference is not known yet"),
        _("%(who)s called 110, the police; the reference is not known yet"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company has called 110 (police)"),
        details=_details_of_call(_("Police officer spoken to")),
    ),
    event_kind(
        "police_reference",
        "siren",
        Tone.BLUE,
        _("%(who)s: the reference of the call to 110 is %(reference)s"),
        _("%(who)s noted the reference of the call to 110"),
    ),
    event_kind(
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
    event_kind(
        "fire_reference",
        "ambulance",
        Tone.BLUE,
        _("%(who)s: the reference of the call to 119 is %(reference)s"),
        _("%(who)s noted the reference of the call to 119"),
    ),
    # Its responders.
    event_kind(
        "dispatch_requested",
        "car",
        Tone.BLUE,
        _("%(who)s ordered %(responder)s to go"),
        _("%(responder)s was ordered to go"),
        audience=Audience.DEVICE,
        notice=_("The security company is sending somebody"),
    ),
    event_kind(
        "dispatch_reserved", "timer", Tone.PLAIN, _("%(responder)s is reserved and comes next")
    ),
    event_kind("dispatch_accepted", "car", Tone.BLUE, _("%(responder)s has accepted the order")),
    event_kind(
        "dispatch_en_route",
        "car",
        Tone.GREEN,
        _("%(responder)s is on the way"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company's responder is on the way"),
    ),
    event_kind(
        "dispatch_arrived",
        "map-pin-check",
        Tone.GREEN,
        _("%(responder)s has arrived"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company's responder has arrived"),
    ),
    event_kind(
        "dispatch_not_arrived",
        "undo-2",
        Tone.AMBER,
        _("%(responder)s is not there yet: the arrival was reported by mistake"),
        audience=Audience.DEVICE,
        strong=True,
        notice=_("The security company's responder is not there yet"),
    ),
    event_kind(
        "responder_note",
        "clipboard-pen",
        Tone.PLAIN,
        _("Report by %(who)s: %(text)s"),
        _("%(who)s sent a report"),
        audience=Audience.DESK,
    ),
    event_kind(
        "dispatch_left",
        "footprints",
        Tone.PLAIN,
        _("%(responder)s has left (%(result)s)"),
        _("%(responder)s has left"),
        audience=Audience.DEVICE,
        notice=_("The security company's responder has finished"),
    ),
    event_kind("dispatch_declined", "ban", Tone.AMBER, _("%(responder)s cannot go")),
    event_kind("dispatch_cancelled", "undo-2", Tone.AMBER, _("%(responder)s was called back")),
    event_kind(
        "dispatch_late",
        "timer",
        Tone.RED,
        _("%(responder)s has not arrived within 25 minutes"),
        notice=_("The security company's responder is later than 25 minutes"),
        notice_to_device=False,
    ),
    event_kind(
        "dispatch_over_limit",
        "timer",
        Tone.AMBER,
        _("%(responder)s has been out for an hour"),
        notice=_("The security company's dispatch has passed one hour"),
        notice_to_device=False,
    ),
    # The end, and what follows.
    event_kind("asked_if_over", "circle-help", Tone.PLAIN, _("Asked whether it is still going on")),
    event_kind(
        "reminded",
        "bell-ring",
        Tone.PLAIN,
        _("The person in charge was reminded that the alarm is still open"),
    ),
    event_kind("closed", "circle-check", Tone.GREEN, _("%(who)s closed the alarm"), strong=True),
    event_kind(
        "second_person_called",
        "bell-ring",
        Tone.AMBER,
        _("Closed by others without a word from the person: %(people)s was called as well"),
        _("Closed by others without a word from the person: a second person was called"),
    ),
    event_kind(
        "reopened", "rotate-ccw", Tone.RED, _("%(who)s has reopened the alarm"), strong=True
    ),
    event_kind(
        "classified",
        "list",
        Tone.PLAIN,
        _("%(who)s chose the categories: %(text)s"),
        _("%(who)s changed the categories"),
    ),
    event_kind(
        "suspended",
        "ban",
        Tone.RED,
        _("The service was suspended by the platform: call 110"),
        strong=True,
    ),
    # Drills.
    event_kind(
        "support_rehearsed",
        "shield",
        Tone.PLAIN,
        _("%(who)s rehearsed asking the security company; it was not told"),
        _("Asking the security company was rehearsed automatically; it was not told"),
    ),
    event_kind("drill_ended", "flag", Tone.PLAIN, _("The drill ended by itself after 30 minutes")),
    event_kind(
        "made_real",
        "siren",
        Tone.RED,
        _("%(who)s: this is not a drill (it goes on as alarm %(number)s)"),
        _("%(who)s: this is not a drill"),
        strong=True,
    ),
    event_kind(
        "was_drill",
        "flag",
        Tone.PLAIN,
        _("Not a drill: it began as drill %(number)s"),
        _("Not a drill: it began as one"),
        strong=True,
    ),
)
