"""How an incident ends: by the employee, by somebody else, or a drill by its clock."""

from escalation.errors import PressedAgain
from escalation.moves.ladder import say_110
from escalation.moves.state import (
    Closed,
    Desk,
    GoesOnIn,
    MadeReal,
    SaidSafe,
    Suspended,
    Tell,
    TellOperator,
    WithdrawCase,
)
from escalation.moves.turn import Turn
from escalation.moves.waits import SAFETY_ANSWERED_WITHIN
from incidents.models import Incident

DRILL = Incident.Outcome.DRILL


def said_safe(t: Turn, e: SaidSafe) -> None:
    """安全です. Open, it stays open until somebody closes it; the desk's case stays too."""
    if t.s.safe_at is not None:
        if e.client_id:  # sent again, it must not end what comes after it
            t.line("safe", client_id=e.client_id)
        return
    t.set(safe_at=t.now, upload_until=t.now)
    t.line("safe", client_id=e.client_id)
    if not t.s.is_open:
        t.set(remind_at=None)
        return
    t.set(again_at=None, call_at=None, cried_at=None, called_at=None, press_waits=False)
    t.remind_from_now()
    t.tell_everybody("safe")
    t.tell_operator("safe")


def closed(t: Turn, e: Closed) -> None:
    """Close it; closed by others, she is asked for five minutes whether she is safe."""
    t.must_be_open()
    if e.presses is not None and e.presses != t.s.presses:
        raise PressedAgain
    people = t.called_so_far() - {e.person or 0}
    was_safe = t.s.safe_at is not None
    _end(t, e.outcome, e.person, e.by_kind)
    if e.by_kind == "device":
        t.set(safe_at=t.now)
    elif not was_safe:
        until = t.now + SAFETY_ANSWERED_WITHIN
        t.set(upload_until=until, remind_at=until)
    t.line("closed", outcome=e.outcome)
    t.add(Tell(people, "closed"))


def goes_on_in(t: Turn, e: GoesOnIn) -> None:
    if t.s.is_open:
        return
    t.set(remind_at=None)
    t.line("goes_on_in", number=e.number)


def made_real(t: Turn, e: MadeReal) -> None:
    t.must_be_open()
    _end(t, DRILL, None, "device")
    t.set(safe_at=t.now)
    t.line("made_real", number=e.number)


def end_drill(t: Turn) -> None:
    """End a forgotten drill, the only end by a clock."""
    people = t.called_so_far()
    _end(t, DRILL, None, "clock")
    t.line("drill_ended", by_clock=True)
    t.add(Tell(people, "drill_ended"))
    t.tell_employee("drill_ended")


def _end(t: Turn, outcome: str, person: int | None, by_kind: str) -> None:
    """End it; a case that nobody has taken is withdrawn, an acting one stays with its operator."""
    if t.s.desk == Desk.ACTING:
        t.add(TellOperator("company_closed"))
    else:
        _withdraw(t)
    t.set(
        is_open=False,
        closed_at=t.now,
        closed_by=person,
        closed_by_kind=by_kind,
        outcome=outcome,
        cried_at=None,
        called_at=None,
        again_at=None,
        call_at=None,
        choice_until=None,
        remind_at=None,
        upload_until=t.now,
        press_waits=False,
    )


def _withdraw(t: Turn) -> None:
    if t.s.has_open_case:
        t.add(WithdrawCase())
        t.set(desk=Desk.NONE, desk_at=None)


def suspended(t: Turn, e: Suspended) -> None:
    """Advise everybody to call 110, because the company's service stops during an alarm."""
    t.must_be_open()
    if t.s.desk != Desk.ACTING:
        _withdraw(t)
    t.set(told_110=False, cried_at=None)  # her next press is never by the same hand
    t.line("suspended", by_clock=True)
    say_110(t, "suspended")
    if t.s.ladder_runs and t.s.call_at is None:
        t.set(call_at=t.now + t.s.step)
