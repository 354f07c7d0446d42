"""The values of the response: what is known of an incident, what happens to it, what follows.

Plain data for `next_move.decide`, without a database and without a clock of its own.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidents.models import Incident

People = frozenset[int]
"""Keys of users."""
NOBODY: People = frozenset()
Desk = Incident.Desk
Drill = Incident.Drill
Level = Incident.Level
RANK = {Level.WATCH: 0, Level.ALARM: 1, Level.SUPPORT: 2}


@dataclass(frozen=True, slots=True)
class RungState:
    """People who are called together; those of HR are read at each call."""

    order: int
    people: People
    on_site: bool = False
    is_hr: bool = False
    was_called: bool = False
    called_round: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseState:
    """The columns of an incident that only `next_move.apply` writes, and its frozen plan."""

    is_open: bool = True
    drill: str = Drill.NONE
    level: str = Level.ALARM
    opened_at: datetime
    step: timedelta = timedelta(seconds=30)
    choice: timedelta = timedelta(seconds=60)
    rungs: tuple[RungState, ...] = ()

    turn: int = 0
    round: int = 1
    lap: int = 0
    call_at: datetime | None = None
    choice_until: datetime | None = None
    cried_at: datetime | None = None
    called_at: datetime | None = None
    again_at: datetime | None = None
    presses: int = 0
    press_waits: bool = False
    """A press was absorbed by the coming call, and that has not come yet."""
    told_110: bool = False

    acknowledged_at: datetime | None = None
    acknowledged_by: int | None = None
    first_seen_at: datetime | None = None
    coming_at: datetime | None = None
    coming_by: int | None = None
    coming_asked_at: datetime | None = None
    arrived_at: datetime | None = None
    arrived_by: int | None = None
    safe_at: datetime | None = None

    desk: str = Desk.NONE
    desk_at: datetime | None = None
    desk_result: str = ""
    support_requested_at: datetime | None = None

    remind_at: datetime | None = None
    reminders: int = 0
    closed_at: datetime | None = None
    closed_by: int | None = None
    closed_by_kind: str = ""
    outcome: str = ""
    upload_until: datetime | None = None

    @property
    def is_real(self) -> bool:
        return self.drill == Drill.NONE

    @property
    def is_awaited(self) -> bool:
        return self.coming_at is not None or self.arrived_at is not None

    @property
    def ladder_runs(self) -> bool:
        """Whether the company's people are being called, one after the other."""
        at_the_desk = self.desk in (Desk.ASKED, Desk.ACTING)
        return self.is_open and not (self.safe_at or self.is_awaited or at_the_desk)

    @property
    def asks_whether_it_goes_on(self) -> bool:
        """Whether only the desk acts: it and the person in charge are asked now and then."""
        alone = self.desk == Desk.ACTING and not (self.is_awaited or self.safe_at)
        return self.is_open and self.is_real and alone

    @property
    def has_open_case(self) -> bool:
        return self.desk in (Desk.ASKED, Desk.UNANSWERED, Desk.ACTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts at the moment of the decision, besides the incident itself."""

    now: datetime
    has_contract: bool = False
    callable: People = NOBODY
    """Active, still on duty, not excluded and not the reporter."""
    hr: People = NOBODY
    """HR admins, with the same conditions."""
    answered: People = NOBODY
    """Everybody who has ever confirmed or set out in this incident."""
    newly_responsible: tuple[RungState, ...] = ()
    """Rungs to be appended: read when the plan was frozen more than 12 hours ago."""


# What happens


@dataclass(frozen=True, slots=True)
class Opened:
    """A press without an open incident. `rehearsed`: whom the drill called that became real."""

    level: str
    rehearsed: People = NOBODY


@dataclass(frozen=True, slots=True)
class Cry:
    """She asks for help once more: pressed again, still going on, asks for the security company
    (by the highest level). `client_id`: the device's own name of it."""

    kind: str
    level: str = Level.ALARM
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Reopened:
    """まだ続いています after the close, or 再開 by a supervisor."""

    kind: str
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class GoesOnIn:
    """It is closed, and she asks for help in a newer one: she need not be asked any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    person: int


@dataclass(frozen=True, slots=True)
class SetOut:
    person: int


@dataclass(frozen=True, slots=True)
class StillOnWay:
    person: int


@dataclass(frozen=True, slots=True)
class CannotCome:
    person: int


@dataclass(frozen=True, slots=True)
class Arrived:
    person: int


@dataclass(frozen=True, slots=True)
class AskedOnSite:
    person: int


@dataclass(frozen=True, slots=True)
class SupportRequested:
    pass


@dataclass(frozen=True, slots=True)
class SaidSafe:
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """`person` None: by the employee. `presses`: what the closer's page showed."""

    outcome: str
    person: int | None = None
    by_kind: str = "device"
    presses: int | None = None


@dataclass(frozen=True, slots=True)
class MadeReal:
    """本当の通報: the drill ends, a real incident begins."""

    number: int


@dataclass(frozen=True, slots=True)
class DeskClaimed:
    pass


@dataclass(frozen=True, slots=True)
class DeskReturned:
    """Given back, or the console fell silent: the case waits again."""


@dataclass(frozen=True, slots=True)
class DeskClosed:
    result: str


@dataclass(frozen=True, slots=True)
class DeskNews:
    """Something the desk did that changes nothing of the response: dispatch, 110, a message."""

    what: str
    key: str
    """Of this one: there may be several of a kind."""
    for_employee: bool


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nothing could be delivered to these people."""

    people: People


@dataclass(frozen=True, slots=True)
class Struck:
    """Excluded from the incident, or no longer with the company."""

    person: int


@dataclass(frozen=True, slots=True)
class Suspended:
    pass


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """An open incident without a next move, left by a former release."""


@dataclass(frozen=True, slots=True)
class Due:
    """The next move's time has come."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """An event that only takes over what the desk did meanwhile."""


Event = (
    Opened
    | Cry
    | Reopened
    | GoesOnIn
    | Acknowledged
    | SetOut
    | StillOnWay
    | CannotCome
    | Arrived
    | AskedOnSite
    | SupportRequested
    | SaidSafe
    | Closed
    | MadeReal
    | DeskClaimed
    | DeskReturned
    | DeskClosed
    | DeskNews
    | Unreachable
    | Struck
    | Suspended
    | LeftAlone
    | Due
    | Noticed
)


# What follows


@dataclass(frozen=True, slots=True)
class Page:
    """A loud page by every channel; once for each person, round and occasion."""

    people: People
    occasion: str
    words: str = "alarm"


@dataclass(frozen=True, slots=True)
class Tell:
    """An ordinary notice."""

    people: People
    words: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class TellEmployee:
    words: str
    person: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class StopPaging:
    person: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the record: by the acting person, or by the clock."""

    kind: str
    by_clock: bool = False
    people: People = NOBODY
    facts: tuple[tuple[str, str | int], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class AskDesk:
    """Open a case, or let the one that nobody took ring again."""

    again: bool
    by_clock: bool


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    pass


@dataclass(frozen=True, slots=True)
class TellOperator:
    """News that the desk must see at once about a case: cried, safe, company_closed, …"""

    what: str


Effect = Page | Tell | TellEmployee | StopPaging | Line | AskDesk | WithdrawCase | TellOperator
