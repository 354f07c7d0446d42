"""What holds for every decision, whatever came before (specification, section 9).

Each function says what is wrong, or nothing. How old a late press is shows only in the words of its
page: there is nothing to decide about it, and so nothing here.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta

from escalation.moves import state as values
from escalation.moves.state import RANK, Desk, Level, ResponseState
from escalation.moves.waits import pause
from escalation.next_move import next_move
from tests.escalation.place import (
    Complaint,
    Step,
    arrived_at,
    carried_out,
    decided,
    told,
    touches_nothing,
    waits_until,
)
from tests.escalation.screen_invariants import OF_THE_SCREENS


def i1_open_has_one_future_move(step: Step) -> Complaint:
    move = next_move(step.after)
    if step.after.is_open:
        if move is None:
            return "open without a next move"
        return "its move lies in the past" if move[1] < step.now else None
    return "closed, and more than asked about" if move and move[0] != "ask" else None


def i1_a_move_in_its_time_is_made(step: Step) -> Complaint:
    """And is not the next one again; before its time nothing happens."""
    following = step.before.next
    if not isinstance(step.event, values.Due) or following is None:
        return None
    if following[1] > step.now:
        return "made before its time" if step.after != step.before.state else None
    again = next_move(step.after) == following
    return "the move that was made is the next one still" if again else None


def i2_every_cry_is_answered(step: Step) -> Complaint:
    """If nobody does anything more, the moves reach somebody in time. Where nobody can be called
    any more, the desk has heard it with the cry, if it was asked at all."""
    if waits_until(step) is None:
        return None
    if not step.facts.callable and (step.after.has_open_case or not step.facts.hr):
        return None
    place = arrived_at(step)
    while place.waiting_until is not None:
        if place.next is None or place.next[1] > place.waiting_until:
            return f"a cry has nobody called by {place.waiting_until:%H:%M:%S}"
        place = arrived_at(decided(place, values.Due(), max(place.now, place.next[1])))
    return None


def i2_a_cry_is_counted_and_written(step: Step) -> Complaint:
    if not isinstance(step.event, values.Cry):
        return None
    counted = step.after.presses == step.before.state.presses + 1
    return None if counted and step.event.kind in step.lines() else "a press left no trace"


def i2_an_open_case_hears_the_cry(step: Step) -> Complaint:
    if not isinstance(step.event, values.Cry) or not step.before.state.has_open_case:
        return None
    notified = "cried" in {one.what for one in step.of(values.TellOperator)}
    return None if notified else "the desk did not hear the cry"


def i3_nobody_is_called_twice_by_one_decision(step: Step) -> Complaint:
    paged = [person for page in step.of(values.Page) for person in page.people]
    told_too = {person for tell in step.of(values.Tell) for person in tell.people} & set(paged)
    if len(paged) != len(set(paged)):
        return "somebody is paged twice"
    return "somebody is paged and told" if told_too else None


def i4_only_those_who_answer_are_left_in_peace(step: Step) -> Complaint:
    stopped = {one.person for one in step.of(values.StopPaging)}
    answering = values.Acknowledged | values.SetOut | values.Arrived | values.Struck
    own = {step.event.person} if isinstance(step.event, answering) else set()
    return None if stopped == own else f"paging stops for {stopped}, not for {own}"


def i4_confirming_delays_once_a_round_by_a_minute(step: Step) -> Complaint:
    before, after = step.before.state, step.after
    if not isinstance(step.event, values.Acknowledged) or before.call_at == after.call_at:
        return None
    if before.choice_until is not None:
        return "a second one in a round moves the call"
    here = step.before.state.rungs and _next_on_site(step)
    if here:
        return "people on site are not called meanwhile"
    return None if after.call_at == step.now + before.choice else "not a minute to choose"


def _next_on_site(step: Step) -> bool:
    s = step.before.state
    ahead = [
        rung
        for rung in s.rungs
        if not rung.is_hr and rung.called_round != s.round and rung.people & step.facts.callable
    ]
    return bool(ahead) and ahead[0].on_site


def i4_the_one_who_confirms_has_time_to_choose(step: Step) -> Complaint:
    before, after = step.before.state, step.after
    if not isinstance(step.event, values.Acknowledged) or not before.ladder_runs:
        return None
    if before.call_at is None or before.choice_until is not None or _next_on_site(step):
        return None
    move = next_move(after)
    chooses = after.call_at == after.choice_until == step.now + before.choice
    return None if chooses and move is not None else "no time to choose"


def i5_the_desk_is_asked_in_its_time(step: Step) -> Complaint:
    """Nothing but presses and time: after the last rung, at its frozen time."""
    s, plan = step.after, step.before.plan
    if s.support_requested_at is not None or not (plan.contract and s.is_real):
        return None
    if not (step.before.untouched and touches_nothing(step)):
        return None
    late = step.now - s.opened_at > s.step * len(plan.on_site)
    return "the desk was not asked in time" if late else None


def i5_nothing_runs_out_before_the_desk_is_asked(step: Step) -> Complaint:
    """In each lap: a case, or the one that nobody took rings again."""
    if not isinstance(step.event, values.Due) or not step.before.plan.has_desk:
        return None
    return "run out, and the desk not asked" if "nobody_left" in step.lines() else None


def i6_no_real_one_ends_by_a_clock(step: Step) -> Complaint:
    ends = step.before.state.is_open and not step.after.is_open
    by_itself = not isinstance(step.event, values.Closed | values.MadeReal)
    if ends and by_itself:
        clock = isinstance(step.event, values.Due) and not step.after.is_real
        return None if clock else "closed by nobody"
    return None


def i6_a_drill_ends_by_its_clock(step: Step) -> Complaint:
    s = step.after
    if s.is_real or not s.is_open:
        return None
    length = timedelta(minutes=30)
    ends = s.remind_at is not None and s.remind_at - step.now <= length
    return None if ends else "a drill without an end"


def i7_i8_only_who_may_know_hears_of_it(step: Step) -> Complaint:
    """Neither the reporter nor anybody excluded: pages, notices and lines with names."""
    may = step.facts.callable | step.facts.hr
    called = [*step.of(values.Page), *step.of(values.Tell)]
    extra = {person for one in called for person in one.people} - may
    return f"{extra} must not hear of it" if extra else None


def i8_the_one_who_is_struck_is_in_charge_of_nothing(step: Step) -> Complaint:
    if not isinstance(step.event, values.Struck):
        return None
    s = step.after
    left = {s.acknowledged_by, s.coming_by, s.arrived_by} & {step.event.person}
    return "somebody excluded is still in charge" if left else None


def i8_the_next_is_called_for_the_one_who_is_struck(step: Step) -> Complaint:
    """If he was awaited, or called in this round, and the ladder runs."""
    if not isinstance(step.event, values.Struck):
        return None
    person, before, after = step.event.person, step.before.state, step.after
    awaited = person in (before.coming_by, before.arrived_by)
    called = any(r.called_round == before.round and person in r.people for r in before.rungs)
    if not (awaited or called) or not replaced_runs(step):
        return None
    reached = any(page.people for page in step.of(values.Page)) or step.of(values.AskDesk)
    silent = not reached and "nobody_left" not in step.lines()
    return "nobody is called in his place" if silent and after.is_open else None


def replaced_runs(step: Step) -> bool:
    """The ladder runs once he is struck."""
    s, at_the_desk = step.after, step.before.state.desk in (Desk.ASKED, Desk.ACTING)
    return s.is_open and s.safe_at is None and not s.is_awaited and not at_the_desk


def i2_a_cry_calls_one_rung_more(step: Step) -> Complaint:
    """Beside all who were called so far, the first that never was; HR is none of them."""
    if not carried_out(step):
        return None
    before, may = step.before.state.rungs, step.facts.callable
    further = [r.order for r in before if not (r.was_called or r.is_hr) and r.people & may]
    called = {rung.order for rung in step.after.rungs if rung.was_called}
    return "no rung more" if further and further[0] not in called else None


def i10_pauses_grow(step: Step) -> Complaint:
    """1, 2, 5, 10 minutes, less the 90 seconds that the desk had."""
    before, after = step.before.state, step.after
    if after.lap <= before.lap or after.call_at is None:
        return None
    wait = pause(after.lap)
    if isinstance(step.event, values.DeskClosed):
        wait = max(wait, timedelta(seconds=60))
    elif step.before.state.desk == Desk.ASKED:
        wait = max(timedelta(0), wait - timedelta(seconds=90)) or after.step
    right = after.call_at - step.now == wait
    return None if right else f"a pause of {after.call_at - step.now}"


def i11_closed_calls_only_the_second_person(step: Step) -> Complaint:
    before = step.before.state
    if before.is_open or step.after.is_open:
        return None
    pages = [page for page in step.of(values.Page) if page.people]
    due = step.before.next
    if not isinstance(step.event, values.Due) or due is None or due[1] > step.now:
        return "somebody was paged after the end" if pages else None
    if next_move(step.after) is not None:
        return "asked about once more"
    second = {person for page in pages for person in page.people}
    if second & {before.closed_by, before.acknowledged_by} - step.facts.hr:
        return "who closed it is asked himself"
    return None if len(second) == 1 or second == step.facts.hr else f"{second} were paged"


def i11_closed_by_others_she_is_asked(step: Step) -> Complaint:
    closes = isinstance(step.event, values.Closed) and step.event.by_kind != "device"
    if not closes or step.before.state.safe_at is not None:
        return None
    until = step.now + timedelta(minutes=5)
    right = next_move(step.after) == ("ask", until) and step.after.upload_until == until
    return None if right else "she is not asked whether she is safe"


def level_never_falls(step: Step) -> Complaint:
    fell = RANK[Level(step.after.level)] < RANK[Level(step.before.state.level)]
    wanted = getattr(step.event, "level", step.before.state.level)
    low = RANK[Level(step.after.level)] < RANK[Level(wanted)]
    return "the level fell" if fell or low else None


def asking_for_the_desk_asks_it(step: Step) -> Complaint:
    """The highest level, or a supervisor: asked, rung again, or acting already."""
    event = step.event
    support = isinstance(event, values.SupportRequested) or (
        isinstance(event, values.Cry | values.Opened) and event.level == Level.SUPPORT
    )
    if not support or not step.before.plan.has_desk:
        return None
    return None if step.after.desk in (Desk.ASKED, Desk.ACTING) else "the desk was not asked"


def the_newly_responsible_are_called(step: Step) -> Complaint:
    """A cry carried out over 12 hours after the plan was frozen."""
    new = step.facts.newly_responsible
    if not new or not carried_out(step):
        return None
    before = step.before.state.rungs
    others = any(not rung.was_called and rung.people & step.facts.callable for rung in before)
    called = [rung.was_called for rung in step.after.rungs if rung.order == new[0].order]
    return None if called and (called[0] or others) else "who is responsible now is not called"


def on_site_are_called_and_the_clock_runs_on(step: Step) -> Complaint:
    if not isinstance(step.event, values.AskedOnSite):
        return None
    before = step.before.state
    here = {p for r in before.rungs if r.on_site for p in r.people & step.facts.callable}
    paged = {person for page in step.of(values.Page) for person in page.people}
    right = paged == here - {step.event.person} and before.call_at == step.after.call_at
    return None if right else "those on site were not called, or the clock was moved"


def unreachable_means_the_next_at_once(step: Step) -> Complaint:
    """Only if a rung or the desk is still ahead; else nothing changes."""
    if not isinstance(step.event, values.Unreachable):
        return None
    before, after = step.before.state, step.after
    return None if after.call_at in (before.call_at, step.now) else "another time"


INVARIANTS: tuple[Callable[[Step], Complaint], ...] = (
    i1_open_has_one_future_move,
    i1_a_move_in_its_time_is_made,
    i2_every_cry_is_answered,
    i2_a_cry_is_counted_and_written,
    i2_an_open_case_hears_the_cry,
    i2_a_cry_calls_one_rung_more,
    i3_nobody_is_called_twice_by_one_decision,
    i4_only_those_who_answer_are_left_in_peace,
    i4_confirming_delays_once_a_round_by_a_minute,
    i4_the_one_who_confirms_has_time_to_choose,
    i5_the_desk_is_asked_in_its_time,
    i5_nothing_runs_out_before_the_desk_is_asked,
    i6_no_real_one_ends_by_a_clock,
    i6_a_drill_ends_by_its_clock,
    i7_i8_only_who_may_know_hears_of_it,
    i8_the_one_who_is_struck_is_in_charge_of_nothing,
    i8_the_next_is_called_for_the_one_who_is_struck,
    i10_pauses_grow,
    i11_closed_calls_only_the_second_person,
    i11_closed_by_others_she_is_asked,
    *OF_THE_SCREENS,
    level_never_falls,
    asking_for_the_desk_asks_it,
    the_newly_responsible_are_called,
    on_site_are_called_and_the_clock_runs_on,
    unreachable_means_the_next_at_once,
)


class Broken(AssertionError):
    """By which decision an invariant is broken, and how it came to it."""

    def __init__(self, name: str, complaint: str, step: Step) -> None:
        self.name = name
        way, before, after = told(step.before), step.before.state, step.after
        changed = [
            f"  {one.name}: {getattr(before, one.name)} -> {getattr(after, one.name)}"
            for one in fields(ResponseState)
            if getattr(before, one.name) != getattr(after, one.name)
        ]
        follows = [f"  {effect}" for effect in step.effects]
        last = f"{step.event} at {step.now:%H:%M:%S}, which changed"
        super().__init__("\n".join([f"{name}: {complaint}", way, last, *changed, *follows]))


def complaints(step: Step) -> Iterator[tuple[str, str]]:
    for invariant in INVARIANTS:
        complaint = invariant(step)
        if complaint is not None:
            yield invariant.__name__, complaint


def check(step: Step) -> None:
    for name, complaint in complaints(step):
        raise Broken(name, complaint, step)
