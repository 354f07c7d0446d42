"""Calling the company's people: rung after rung, all at once, and what happens after the last."""

from datetime import datetime, timedelta

from escalation.moves import desk
from escalation.moves.state import Desk, Drill, Level, Opened, Page, People, RungState
from escalation.moves.turn import Turn
from escalation.moves.waits import DRILL_ENDS_AFTER, pause


def opened(t: Turn, e: Opened) -> None:
    """Begin the response; opening counts as a cry."""
    ends = None if t.s.is_real else t.now + DRILL_ENDS_AFTER
    t.set(cried_at=t.now, called_at=t.now, remind_at=ends)
    t.line("opened")
    rehearsed = e.rehearsed & t.f.callable
    if rehearsed:
        _call_those_of_the_drill(t, rehearsed)
    if rehearsed and t.next_rung() is None:
        t.set(call_at=t.now + t.s.step)
    else:
        call_next(t, is_first=True)
    if e.level == Level.SUPPORT:
        desk.ask_if_there_is_one(t)


def _call_those_of_the_drill(t: Turn, rehearsed: People) -> None:
    t.mark_called(*(rung.order for rung in t.s.rungs if t.people_of(rung) & rehearsed))
    t.add(Page(rehearsed, "not_a_drill", "not_a_drill"))


def call_next(t: Turn, *, words: str = "alarm", is_first: bool = False) -> None:
    """Call the next rung; after the last the desk; without one the ladder has run out, unless
    somebody who pressed waits for this call."""
    rung = t.next_rung()
    if rung is not None:
        _call(t, rung, words, is_first=is_first)
        t.set(call_at=_next_call_at(t))
    elif t.desk_can_be_asked():
        desk.ask(t, by_clock=True)
    elif t.s.press_waits and t.called_so_far():
        t.line("called_again", by_clock=True)
        call_out(t, "again")
    else:
        _run_out(t)


def _call(t: Turn, rung: RungState, words: str = "alarm", *, is_first: bool = False) -> None:
    people = t.call(rung, words)
    if rung.is_hr:
        t.line("hr_called", by_clock=True, people=people)
    elif not is_first:
        t.line("climbed", by_clock=True, people=people)


def _next_call_at(t: Turn) -> datetime:
    """Time of the next call, which waits for a choice; people on site are called meanwhile."""
    at, following, until = t.now + t.s.step, t.next_rung(), t.s.choice_until
    on_site = following is not None and following.on_site
    return until if until is not None and until > at and not on_site else at


def _run_out(t: Turn) -> None:
    """Advise 110 because nobody is left; the ladder begins again after a pause."""
    if t.f.has_contract and t.s.drill == Drill.INTERNAL:
        desk.ask_if_there_is_one(t, by_clock=True)
    t.line("nobody_left", by_clock=True)
    say_110(t, "call_110")
    begin_lap(t, pause(t.s.lap + 1))


def say_110(t: Turn, words: str) -> None:
    """Advise 110 to all called so far, loudly once since the last cry, and to the employee."""
    if t.s.told_110 or t.s.safe_at is not None:
        t.tell_everybody(words)
    else:
        t.page_everybody(words)
    t.tell_employee(words if t.called_so_far() else "nobody_reached")
    t.set(told_110=True)


def begin_lap(t: Turn, wait: timedelta) -> None:
    """Begin again from the first rung. A drill has one lap only."""
    if not t.s.is_real:
        t.set(call_at=None)
        return
    t.set(round=t.s.round + 1, lap=t.s.lap + 1, choice_until=None, call_at=t.now + wait)


def call_out(t: Turn, occasion: str) -> RungState | None:
    """Call everybody called so far, and one rung that never was. Returns that rung."""
    people = t.called_so_far()
    t.set(round=t.s.round + 1, lap=0, choice_until=None, press_waits=False)
    t.mark_called(*(rung.order for rung in t.s.rungs if rung.was_called))
    t.add(Page(people, occasion, occasion))
    further = t.never_called()
    if further is not None:
        _call(t, further)
    elif t.s.is_awaited or not people:
        desk.ask_if_there_is_one(t, by_clock=True)
    if people or further is not None:
        t.set(called_at=t.now)
    elif t.s.desk not in (Desk.ASKED, Desk.ACTING):
        _call_hr_or_say_that_nobody_is_there(t)
    t.set(call_at=t.now + t.s.step if t.s.ladder_runs else None)
    return further


def _call_hr_or_say_that_nobody_is_there(t: Turn) -> None:
    if t.f.hr:
        _call(t, t.hr_rung())
        t.set(called_at=t.now)
        return
    t.line("nobody_left", by_clock=True)
    t.tell_employee("nobody_reached")
    t.set(told_110=True)
