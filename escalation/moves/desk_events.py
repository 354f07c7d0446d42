"""What the security company does, as it changes the response of the company."""

from datetime import timedelta

from escalation.moves.ladder import begin_lap, call_next, say_110
from escalation.moves.state import (
    Desk,
    DeskClaimed,
    DeskClosed,
    DeskNews,
    DeskReturned,
    Tell,
    TellEmployee,
    TellOperator,
    WithdrawCase,
)
from escalation.moves.turn import Turn
from escalation.moves.waits import (
    AFTER_THE_DESK,
    DESK_ANSWERS_WITHIN,
    pause,
)


def claimed(t: Turn, e: DeskClaimed) -> None:
    """Help is there: the earlier advice to call 110 is over; a later one is announced loudly."""
    t.set(desk=Desk.ACTING, call_at=None, told_110=False)
    if not t.s.is_open:
        t.add(TellOperator("company_closed"))
        return
    t.tell_everybody("claimed")
    t.tell_employee("claimed")


def returned(t: Turn, e: DeskReturned) -> None:
    """Wait for the desk again, for 90 seconds: given back, or its console fell silent."""
    if not t.s.is_open:
        t.add(WithdrawCase())
        t.set(desk=Desk.NONE, desk_at=None)
        return
    t.set(desk=Desk.ASKED, desk_at=t.now, call_at=None)
    _page_unless_just_called(t, "returned", loud=t.s.safe_at is None)
    t.tell_employee("returned")


def _page_unless_just_called(t: Turn, words: str, *, loud: bool) -> None:
    if loud and not t.was_just_called():
        t.page_everybody(words)
    else:
        t.tell_everybody(words)


def finished(t: Turn, e: DeskClosed) -> None:
    """End the desk's part; people read it and close, or ask again. The ladder goes on."""
    t.set(desk=Desk.ENDED, desk_result=e.result)
    if not t.s.is_open:
        return
    t.set(cried_at=None)  # her next press is an answer to this, and not by the same hand
    runs = t.s.ladder_runs
    _page_unless_just_called(t, "ended", loud=runs)
    t.tell_employee("ended")
    if runs:
        begin_lap(t, max(AFTER_THE_DESK, pause(t.s.lap + 1)))


def news(t: Turn, e: DeskNews) -> None:
    t.add(Tell(t.called_so_far(), e.what, e.key))
    if e.for_employee:
        t.add(TellEmployee(e.what, key=e.key))


def unanswered(t: Turn) -> None:
    """90 seconds: 110 on both sides, and the company's ladder goes on, without waiting again."""
    t.set(desk=Desk.UNANSWERED)
    t.line("desk_unanswered", by_clock=True)
    t.add(TellOperator("company_told"))
    say_110(t, "desk_silent")
    if not t.s.ladder_runs:
        return
    wait = max(timedelta(0), pause(t.s.lap + 1) - DESK_ANSWERS_WITHIN)
    begin_lap(t, wait)
    if t.s.is_real and not wait:
        call_next(t, words="desk_silent")
