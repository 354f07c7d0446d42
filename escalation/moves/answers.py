"""What the company's people answer: seen, coming, there, others asked."""

from escalation.errors import NobodyOnSite, NotOnTheWay
from escalation.moves.ladder import call_next
from escalation.moves.state import (
    NOBODY,
    Acknowledged,
    Arrived,
    AskedOnSite,
    CannotCome,
    Page,
    SetOut,
    StillOnWay,
    StopPaging,
    Struck,
    Unreachable,
)
from escalation.moves.turn import Turn


def acknowledged(t: Turn, e: Acknowledged) -> None:
    """Stop paging this person only: seen is not coming. Once a round there is some time to
    choose; people on site are called meanwhile."""
    t.must_be_open()
    t.add(StopPaging(e.person))
    if t.s.acknowledged_at is None:
        _see(t, e.person)
        t.line("acknowledged")
        t.tell_employee("seen", e.person)
    elif e.person not in t.f.answered:
        t.line("acknowledged_too")
    if t.s.ladder_runs and t.s.call_at is not None and t.s.choice_until is None:
        until, following = t.now + t.s.choice, t.next_rung()
        on_site = following is not None and following.on_site
        t.set(choice_until=until, call_at=t.s.call_at if on_site else until)


def _see(t: Turn, person: int) -> None:
    if t.s.acknowledged_at is None:
        first = t.s.first_seen_at or t.now
        t.set(acknowledged_at=t.now, acknowledged_by=person, first_seen_at=first)


def set_out(t: Turn, e: SetOut) -> None:
    """Rest the ladder because somebody comes; the newest one counts."""
    t.must_be_open()
    t.add(StopPaging(e.person))
    _see(t, e.person)
    if t.s.arrived_by == e.person:
        t.set(arrived_at=None, arrived_by=None)
    t.set(coming_at=t.now, coming_by=e.person, coming_asked_at=None, call_at=None)
    t.line("heading_out")
    t.tell_employee("coming", e.person)


def still_on_way(t: Turn, e: StillOnWay) -> None:
    _must_be_coming(t, e.person)
    t.set(coming_at=t.now, coming_asked_at=None)
    t.line("still_on_way")


def cannot_come(t: Turn, e: CannotCome) -> None:
    _must_be_coming(t, e.person)
    t.set(coming_at=None, coming_by=None, coming_asked_at=None)
    t.line("cannot_come")
    _tell_her_that_he_cannot_come(t)
    if t.s.ladder_runs:
        call_next(t)


def _tell_her_that_he_cannot_come(t: Turn) -> None:
    """Notify her that he cannot come; others are called only if the ladder runs and has any."""
    waits = t.s.press_waits and bool(t.called_so_far())
    others = t.s.ladder_runs and (t.somebody_is_ahead() or waits)
    t.tell_employee("cannot_come" if others else "cannot_come_only")


def _must_be_coming(t: Turn, person: int) -> None:
    t.must_be_open()
    if t.s.coming_by != person:
        raise NotOnTheWay(another_is=t.s.coming_by is not None)


def arrived(t: Turn, e: Arrived) -> None:
    t.must_be_open()
    t.add(StopPaging(e.person))
    _see(t, e.person)
    t.set(
        arrived_at=t.now,
        arrived_by=e.person,
        call_at=None,
        coming_at=None,
        coming_by=None,
        coming_asked_at=None,
    )
    t.remind_from_now()
    t.line("arrived")
    t.tell_employee("arrived", e.person)


def asked_on_site(t: Turn, e: AskedOnSite) -> None:
    """現場の人に頼む: they are called at once, and the next rung's clock runs on."""
    t.must_be_open()
    rungs = [rung for rung in t.s.rungs if rung.on_site and t.people_of(rung)]
    people = NOBODY.union(*(t.people_of(rung) for rung in rungs)) - {e.person}
    if not people:
        raise NobodyOnSite
    t.mark_called(*(rung.order for rung in rungs))
    t.add(Page(people, "on_site"))
    t.line("asked_on_site", people=people)


def unreachable(t: Turn, e: Unreachable) -> None:
    """Call the next rung at once, because nothing could be delivered to the last."""
    called = [rung for rung in t.s.rungs if rung.called_round == t.s.round]
    last = t.people_of(called[-1]) if called else NOBODY
    if not last or not last <= e.people or not t.s.ladder_runs or t.s.call_at is None:
        return
    if not t.somebody_is_ahead():
        return
    t.line("unreachable", by_clock=True, people=last)
    t.set(call_at=t.now)


def struck(t: Turn, e: Struck) -> None:
    """Remove a person who was excluded or has left, without a line: nobody may read of it.
    A person waited for is replaced at once, and so is the call that a press waits for."""
    t.add(StopPaging(e.person))
    was_awaited = e.person in (t.s.coming_by, t.s.arrived_by)
    was_called = any(
        rung.called_round == t.s.round
        and (e.person in rung.people or (rung.is_hr and not t.people_of(rung)))
        for rung in t.s.rungs
    )
    _forget(t, e.person)
    if was_awaited and t.s.is_open:
        _tell_her_that_he_cannot_come(t)
    waits_in_vain = t.s.press_waits and not t.somebody_is_ahead()
    if t.s.ladder_runs and (was_awaited or was_called or waits_in_vain):
        call_next(t)


def _forget(t: Turn, person: int) -> None:
    if t.s.acknowledged_by == person:
        t.set(acknowledged_at=None, acknowledged_by=None)
    if t.s.coming_by == person:
        t.set(coming_at=None, coming_by=None, coming_asked_at=None)
    if t.s.arrived_by == person:
        t.set(arrived_at=None, arrived_by=None)
