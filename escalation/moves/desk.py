"""The security company in the response: asked, silent, acting, finished."""

from escalation.errors import NoSupportContract
from escalation.moves.state import (
    AskDesk,
    Desk,
    SupportRequested,
)
from escalation.moves.turn import Turn


def support_requested(t: Turn, e: SupportRequested) -> None:
    """警備会社へ要請 by a supervisor. Asked already, or acting: nothing new happens."""
    t.must_be_open()
    if not t.f.has_contract:
        raise NoSupportContract
    ask_if_there_is_one(t)


def ask_if_there_is_one(t: Turn, *, by_clock: bool = False) -> None:
    if not t.f.has_contract or t.s.desk in (Desk.ASKED, Desk.ACTING):
        return
    if t.desk_can_be_asked():
        ask(t, by_clock=by_clock)
    elif t.s.support_requested_at is None:
        t.set(support_requested_at=t.now)
        t.line("support_rehearsed", by_clock=by_clock)


def ask(t: Turn, *, by_clock: bool) -> None:
    """Ask the desk: open a case, or ring a waiting one again. The ladder rests for its answer."""
    again = t.s.desk == Desk.UNANSWERED
    first = t.s.support_requested_at or t.now
    t.set(
        desk=Desk.ASKED,
        desk_at=t.now,
        call_at=None,
        support_requested_at=first,
        press_waits=False,
    )
    t.add(AskDesk(again, by_clock))
    t.line("support_requested_again" if again else "support_requested", by_clock=by_clock)
