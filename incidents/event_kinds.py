"""What a kind of event is: its words, its look, and who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

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


def event_kind(
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
