"""What is known of an alarm, as plain values: what a screen says follows from these and from
nothing else (`portal/live/sentences.py`)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody of the company did, and when."""

    at: datetime
    name: str
    """As people are called inside a sentence."""
    is_reader: bool = False


@dataclass(frozen=True, slots=True)
class OnSite:
    """現場の人に頼む."""

    by: Act
    people: tuple[str, ...]
    reader_is_asked: bool = False


@dataclass(frozen=True, slots=True)
class UnansweredCry:
    """A call for help after the first one, that nobody has answered since."""

    at: datetime
    kind: str  # tapped_again | raised | still_going | reopened
    name: str = ""
    """Who has opened it again."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the person who pressed."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class DeskStep:
    """What the security company did last, while it acts."""

    at: datetime
    text: str
    is_help_coming: bool = False


@dataclass(frozen=True, slots=True)
class DeskWork:
    """Where the request to the security company stands, and since when."""

    state: str  # rehearsed | requested | unanswered | claimed | ended
    at: datetime
    asked_by: str = "clock"  # person | user | clock
    name: str = ""
    """Who asked, where somebody of the company did."""
    unheard_seconds: int | None = None
    """Asked by the clock: how long nobody had answered. None: somebody had."""
    is_returned: bool = False
    step: DeskStep | None = None
    result: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class AlarmEnd:
    at: datetime
    words: str
    """By whom, and as what."""
    answer: str = ""  # pending | safe | ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFacts:
    person: str
    """Who pressed, as people are called inside a sentence."""
    opened_at: datetime
    is_watch: bool = False
    cry: UnansweredCry | None = None
    message: Said | None = None
    """The newest."""
    unread: int = 0
    """Messages of hers that the reader has not seen."""
    safe_at: datetime | None = None
    seen: Act | None = None
    coming: Act | None = None
    is_arrival_asked: bool = False
    arrived: Act | None = None
    on_site: OnSite | None = None
    called_110: Act | None = None
    desk: DeskWork | None = None
    danger: str | None = None  # desk_silent | nobody_came | nobody_reached
    danger_at: datetime | None = None
    ending: AlarmEnd | None = None
    """None: it is open."""
