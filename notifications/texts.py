"""What an alarm says on a supervisor's locked screen and in the mail, in the company's words.

Only the words around it are the company's: the drill mark, the link and the number of the alarm
stay whatever is written here.
"""

import re

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NUMBER = "{number}"
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# A real alarm must not look like an exercise.
LIKE_A_DRILL = re.compile(r"訓練|演習|drill|exercise", re.IGNORECASE)


def alarm_words(number: int) -> tuple[str, str]:
    """Title and body of an alarm, in the active language."""
    own = _own()
    if own is not None:
        return filled(own[0], number), filled(own[1], number)
    title = _("Somebody asks for help (alarm %(number)s)") % {"number": number}
    return title, _("Open the page, look and answer. In danger, call 110.")


def _own() -> tuple[str, str] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title, body FROM notifications_noticetext WHERE language = %s",
            [get_language()],
        )
        row: tuple[str, str] | None = cursor.fetchone()
        return row


def filled(text: str, number: int) -> str:
    return text.replace(NUMBER, str(number))


def check_title(text: str) -> None:
    """Raises ValidationError with what to write instead; so does check_body()."""
    check_body(text)
    if NUMBER not in text:
        raise ValidationError(
            _("Write {number} where the number of the alarm shall stand: it must not be missing.")
        )


def check_body(text: str) -> None:
    unknown = [one for one in PLACEHOLDER.findall(text) if one != NUMBER]
    if unknown:
        words = _("%(unknown)s cannot be used. Only {number}, the alarm's number, can.")
        raise ValidationError(words % {"unknown": "、".join(unknown)})
    if set("{}") & set(PLACEHOLDER.sub("", text)):
        raise ValidationError(_("A brace is open or closed alone. Write {number} exactly so."))
    if LIKE_A_DRILL.search(text):
        raise ValidationError(
            _("Drills are marked by themselves. Here it would make a real alarm look like one.")
        )
