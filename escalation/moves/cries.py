"""A cry: pressed again, まだ続いています, support asked by the employee. It always calls people."""

from escalation.errors import NotClosed
from escalation.moves import desk
from escalation.moves.ladder import call_out
from escalation.moves.state import RANK, Cry, Desk, Level, Reopened
from escalation.moves.turn import Turn
from escalation.moves.waits import (
    DRILL_ENDS_AFTER,
    GOES_ON_ASKED_EVERY,
    JUST_CALLED,
    SAME_HAND,
    STALE,
    STANDS_STILL_AFTER,
)


def cried(t: Turn, e: Cry) -> None:
    t.must_be_open()
    t.line(e.kind, level=e.level, client_id=e.client_id)
    t.set(presses=t.s.presses + 1)
    if RANK[Level(e.level)] > RANK[Level(t.s.level)]:
        t.set(level=e.level)
    t.tell_operator("cried")
    _put_off_or_carry_out(t)
    if e.level == Level.SUPPORT:
        desk.ask_if_there_is_one(t)


def _put_off_or_carry_out(t: Turn) -> None:
    s = t.s
    if s.safe_at is None:
        if s.cried_at is not None and t.now - s.cried_at <= SAME_HAND:
            return
        if s.again_at is None and _calls_soon(t):
            t.set(press_waits=True)
            return
        if s.called_at is not None and t.was_just_called():
            t.set(again_at=s.again_at or s.called_at + JUST_CALLED)
            return
    carry_out(t)


def _calls_soon(t: Turn) -> bool:
    """Whether a rung or the desk is called within seconds anyhow, by a running clock."""
    s = t.s
    if not s.ladder_runs or s.call_at is None:
        return False
    is_near = -STANDS_STILL_AFTER <= s.call_at - t.now <= JUST_CALLED
    return is_near and t.somebody_is_ahead()


def carry_out(t: Turn) -> None:
    _take_back(t)
    if t.f.newly_responsible:
        t.set(rungs=(*t.s.rungs, *t.f.newly_responsible))
        t.line("people_added", by_clock=True)
    further = call_out(t, "again")
    if t.s.desk == Desk.ACTING and t.s.is_real and further is None and not t.s.is_awaited:
        t.set(remind_at=t.now + GOES_ON_ASKED_EVERY)


def _take_back(t: Turn) -> None:
    """Reset what was so before she cried: an old `coming`, `safe`, and the desk's old answer."""
    s = t.s
    t.set(
        cried_at=t.now,
        again_at=None,
        safe_at=None,
        upload_until=None,
        told_110=False,
        acknowledged_at=None,
        acknowledged_by=None,
        desk=Desk.NONE if s.desk == Desk.ENDED else s.desk,
    )
    if s.coming_at is not None and (s.coming_asked_at or t.now - s.coming_at > STALE):
        t.set(coming_at=None, coming_by=None, coming_asked_at=None)
    if s.arrived_at is not None and t.now - s.arrived_at > STALE:
        t.set(arrived_at=None, arrived_by=None)


def reopened(t: Turn, e: Reopened) -> None:
    """まだ続いています after the close, or 再開 by a supervisor; an acting desk never stopped."""
    if t.s.is_open:
        raise NotClosed
    acts = t.s.desk == Desk.ACTING
    t.set(
        is_open=True,
        closed_at=None,
        closed_by=None,
        closed_by_kind="",
        outcome="",
        coming_at=None,
        coming_by=None,
        coming_asked_at=None,
        arrived_at=None,
        arrived_by=None,
        desk=Desk.ACTING if acts else Desk.NONE,
        presses=t.s.presses + (e.kind == "still_going"),
        remind_at=None if t.s.is_real else t.now + DRILL_ENDS_AFTER,
    )
    t.line(e.kind, client_id=e.client_id)
    t.tell_operator("reopened")
    carry_out(t)
