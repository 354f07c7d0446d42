"""What the response says on locked screens: no name of who asks for help, and no place."""

from django.utils.translation import gettext as _

from escalation.rows import Response
from incidents.events import KINDS
from incidents.models import LATE_AFTER
from incidents.selectors import first_cry, last_cry
from notifications.texts import alarm_words

ABOUT_THE_PRESS = {"again", "not_a_drill"}


def page(response: Response, words: str) -> tuple[str, str]:
    """Title and body of a loud notice to the company's people."""
    title, body = alarm_words(response.incident.number)
    return _page_title(response, words, title), body


def _page_title(response: Response, words: str, usual: str) -> str:
    title = _page_titles().get(words)
    if title is None:
        return _alarm_title(response, usual)
    title %= {"number": response.incident.number}
    minutes = _minutes_ago(response) if words in ABOUT_THE_PRESS else 0
    if minutes:
        late = {"title": title, "minutes": minutes}
        return _("%(title)s, pressed %(minutes)s minutes ago") % late
    return title


def _page_titles() -> dict[str, str]:
    return {
        "again": _("Pressed again (alarm %(number)s): help is needed now"),
        "not_arrived": _("The person who set out has not arrived (alarm %(number)s)"),
        "call_110": _("Nobody has come yet (alarm %(number)s). In danger, call 110 now."),
        "desk_silent": _(
            "The security company has not answered (alarm %(number)s). In danger, call 110 now."
        ),
        "returned": _("The security company is assigning another operator (alarm %(number)s)"),
        "ended": _(
            "The security company has finished (alarm %(number)s): end it, or ask once more"
        ),
        "arrival_asked": _("Have you arrived? (alarm %(number)s)"),
        "asked_if_over": _("Is it still going on? (alarm %(number)s)"),
        "no_answer": _("Ended without a word from the person (alarm %(number)s): please look"),
        "reminded": _("Still open: please end the alarm if it is over (alarm %(number)s)"),
        "not_a_drill": _("This is not a drill (alarm %(number)s)"),
        "suspended": _("The service stops now (alarm %(number)s). In danger, call 110 now."),
    }


def _alarm_title(response: Response, title: str) -> str:
    minutes = _minutes_ago(response)
    if minutes:
        words = _("Alarm %(number)s, pressed %(minutes)s minutes ago: is help still needed?")
        return words % {"number": response.incident.number, "minutes": minutes}
    if response.state.presses:
        return _("%(title)s, pressed again") % {"title": title}
    return title


def _minutes_ago(response: Response) -> int:
    """Minutes since her last press, if it was long on its way, or if this call comes long after it
    was due; else 0."""
    is_first = response.state.presses == 0 and response.state.round == 1
    cry = (first_cry if is_first else last_cry)(response.incident)
    is_late = cry.was_late or response.overdue > LATE_AFTER
    return int((response.now - cry.meant_at).total_seconds() // 60) if is_late else 0


def news(words: str) -> str:
    """Texts of an ordinary notice to the company's people; what the desk did has its own."""
    texts = {
        "call_110": _("Nobody has come yet. In danger, call 110 (police) now."),
        "desk_silent": _(
            "The security company has not answered yet. In danger, call 110 (police) now."
        ),
        "returned": _("The security company is assigning another operator"),
        "claimed": _("The security company has taken over"),
        "ended": _("The security company has finished"),
        "safe": _("The person says: I am safe. Please end the alarm."),
        "closed": _("The alarm has ended"),
        "drill_ended": _("The drill has ended by itself"),
        "suspended": _("The service stops now. In danger, call 110 (police) now."),
        "reminded": _("An alarm is still open"),
    }
    return texts.get(words) or str(KINDS[words].notice)
