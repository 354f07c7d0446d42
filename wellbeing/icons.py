"""How the three answers are drawn: by one of the built-in sets, or by a company's own signs."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from wellbeing.models import IconSet, WellbeingSettings
from wellbeing.models.checkins import Condition

JOINER = "\u200d"
COLOUR_PICTURE = "\ufe0f"
SKIN_TONES = range(0x1F3FB, 0x1F400)


class UnfitSigns(Exception):
    """Not one sign for each answer, or two that are the same."""


@dataclass(frozen=True, slots=True)
class Icon:
    """A picture of `static/img/icons.svg`, or a sign that is written. Words always stand beside."""

    picture: str = ""
    sign: str = ""


Icons = Mapping[Condition, Icon]


def _pictures(good: str, normal: str, bad: str) -> Icons:
    return dict(zip(Condition, (Icon(good), Icon(normal), Icon(bad)), strict=True))


def _signs(good: str, normal: str, bad: str) -> Icons:
    signs = (Icon(sign=good), Icon(sign=normal), Icon(sign=bad))
    return dict(zip(Condition, signs, strict=True))


BUILT_IN: Mapping[str, Icons] = {
    IconSet.FACES: _pictures("smile", "meh", "frown"),
    IconSet.WEATHER: _pictures("sun", "cloud", "cloud-rain"),
    IconSet.MARKS: _signs("◎", "○", "△"),
}


def icons_of(settings: WellbeingSettings) -> Icons:
    own = _signs(settings.own_good, settings.own_normal, settings.own_bad)
    return BUILT_IN.get(settings.icon_set, own)


def icons_now() -> Icons:
    return icons_of(WellbeingSettings.current())


def checked_signs(*signs: str) -> tuple[str, ...]:
    """The signs without spaces around them. Raises UnfitSigns."""
    kept = tuple(sign.strip() for sign in signs)
    if not all(map(_is_one_sign, kept)) or len(set(kept)) < len(kept):
        raise UnfitSigns
    return kept


def _is_one_sign(text: str) -> bool:
    """Whether a reader sees one sign: joined emoji count as one, what cannot be seen as none."""
    seen = 0
    for before, sign in zip(" " + text, text, strict=False):
        if sign in (JOINER, COLOUR_PICTURE) or ord(sign) in SKIN_TONES:
            continue
        if unicodedata.category(sign)[0] not in "LNPS":
            return False
        seen += before != JOINER
    return seen == 1
