"""What the screens may claim (specification, section 6 and I9): every claim is somebody's word, and
everyone who has to know of it hears of it."""

from datetime import timedelta

from escalation.moves import state as values
from escalation.moves.state import Desk, Drill
from escalation.next_move import next_move
from tests.escalation.place import Complaint, Step, carried_out


def i9_seen_coming_there_are_somebodys_word(step: Step) -> Complaint:
    before, after, event = step.before.state, step.after, step.event
    person = getattr(event, "person", None)
    sources: tuple[tuple[str, type | tuple[type, ...]], ...] = (
        ("acknowledged_by", (values.Acknowledged, values.SetOut, values.Arrived)),
        ("coming_by", values.SetOut),
        ("arrived_by", values.Arrived),
    )
    for name, by in sources:
        new = getattr(after, name)
        if new not in (None, getattr(before, name)) and not (
            isinstance(event, by) and new == person
        ):
            return f"{name} is {new}, who said nothing"
    return None


def i9_who_answers_is_in_the_state(step: Step) -> Complaint:
    after, event = step.after, step.event
    kept = {
        values.Acknowledged: after.acknowledged_at,
        values.SetOut: after.coming_by == getattr(event, "person", 0) and after.acknowledged_at,
        values.Arrived: after.arrived_by == getattr(event, "person", 0) and not after.coming_at,
        values.SaidSafe: after.safe_at,
    }
    return None if kept.get(type(event), True) else "what was said is not kept"


def i9_the_desk_is_where_the_screens_say(step: Step) -> Complaint:
    """From which state to which by what."""
    before, after = step.before.state.desk, step.after.desk
    if before == after:
        return None
    by = {
        Desk.ACTING: (values.DeskClaimed,),
        Desk.ENDED: (values.DeskClosed,),
        Desk.UNANSWERED: (values.Due,),
        Desk.NONE: (
            values.Closed,
            values.MadeReal,
            values.Suspended,
            values.Cry,
            values.Due,
            values.Reopened,
            values.DeskReturned,
        ),
    }
    if after == Desk.ASKED:
        right = step.of(values.AskDesk) or isinstance(step.event, values.DeskReturned)
        return None if right else "asked, and nobody has asked"
    return None if isinstance(step.event, by[Desk(after)]) else f"{before} became {after}"


def i9_asking_the_desk_is_one_case(step: Step) -> Complaint:
    asks = step.of(values.AskDesk)
    if not asks:
        return None
    if not step.facts.has_contract or step.after.drill == Drill.INTERNAL:
        return "a desk was asked that there is not"
    before, silent = step.before.state.desk, "desk_unanswered" in step.lines()
    if before == Desk.ACTING or (before == Desk.ASKED and not silent):
        return "asked although a case is open"
    right = len(asks) == 1 and asks[0].again == (before == Desk.UNANSWERED or silent)
    return None if right and step.after.desk_at == step.now else "the wrong case was asked for"


def i9_a_case_nobody_took_ends_with_the_alarm(step: Step) -> Complaint:
    before, after = step.before.state, step.after
    withdrawn = bool(step.of(values.WithdrawCase))
    waiting = before.desk in (Desk.ASKED, Desk.UNANSWERED)
    if before.is_open and not after.is_open and before.desk == Desk.ACTING:
        hears = "company_closed" in {one.what for one in step.of(values.TellOperator)}
        return None if hears and not withdrawn else "the operator did not hear of the end"
    if before.is_open and not after.is_open and waiting and not withdrawn:
        return "a case is left waiting"
    if withdrawn and after.desk != Desk.NONE:
        return "withdrawn, and the screens say otherwise"
    return None


def i9_a_cry_takes_back_what_was_so(step: Step) -> Complaint:
    """Carried out: safe, seen, told of 110, and who set out long ago."""
    s, now = step.after, step.now
    if not carried_out(step):
        return None
    long_ago = now - timedelta(minutes=10)
    stale = [one for one in (s.coming_at, s.arrived_at) if one is not None and one < long_ago]
    if s.safe_at or s.acknowledged_at or s.coming_asked_at or stale or s.desk == Desk.ENDED:
        return "a cry left standing what was before it"
    return None


def i9_a_cry_that_is_carried_out_begins_anew(step: Step) -> Complaint:
    s = step.after
    if not carried_out(step):
        return None
    called = any(page.people for page in step.of(values.Page))
    right = s.round > step.before.state.round and s.lap == 0
    counted = s.called_at == step.now != step.before.state.called_at
    if (counted and not called) or (called and s.called_at != step.now):
        return "called, and it does not count; or it counts, and nobody was"
    again = any(page.people for page in step.of(values.Page) if page.occasion == "again")
    so_far = any(r.was_called and r.people & step.facts.callable for r in step.before.state.rungs)
    if not right or s.again_at is not None or s.choice_until is not None:
        return "a cry did not begin a round"
    return None if again or not so_far else "those called so far were not paged"


def i9_what_was_told_of_110(step: Step) -> Complaint:
    """Silent desk, run-out, nobody there, suspended: the employee too, and then it is kept."""
    before, after = step.before.state, step.after
    unanswered = "desk_unanswered" in step.lines()
    ran_out = "nobody_left" in step.lines()
    suspended = isinstance(step.event, values.Suspended)
    if not (unanswered or ran_out or suspended):
        if after.told_110 and not before.told_110:
            return "told of 110 for nothing"
        return None
    words = {one.words for one in step.of(values.TellEmployee)}
    hers = words & {"call_110", "desk_silent", "suspended", "nobody_reached"}
    if not hers or not after.told_110:
        return "110, and she was not told"
    return _those_called_heard(step, loudly=not before.told_110 or suspended)


def _those_called_heard(step: Step, *, loudly: bool) -> Complaint:
    rungs = [rung for rung in step.before.state.rungs if rung.was_called and not rung.is_hr]
    called = {p for rung in rungs for p in rung.people & step.facts.callable}
    paged = {person for page in step.of(values.Page) for person in page.people}
    if loudly and step.before.state.safe_at is None:
        return None if called <= paged else "110, and those called were not paged"
    notified = paged | {person for tell in step.of(values.Tell) for person in tell.people}
    return None if called <= notified else "110, and those called did not hear it"


HEARD_BY_HER = {
    values.SetOut: "coming",
    values.CannotCome: "cannot_come",
    values.Arrived: "arrived",
    values.DeskClaimed: "claimed",
    values.DeskReturned: "returned",
    values.DeskClosed: "ended",
}


def i9_she_hears_of_it(step: Step) -> Complaint:
    words = {one.words for one in step.of(values.TellEmployee)}
    wanted = HEARD_BY_HER.get(type(step.event))
    seen_first = isinstance(step.event, values.Acknowledged) and not (
        step.before.state.acknowledged_at
    )
    if wanted is None and seen_first:
        wanted = "seen"
    if wanted is None or not step.before.state.is_open:
        return None
    notified = wanted in words or f"{wanted}_only" in words
    return None if notified else f"she does not hear: {wanted}"


def i9_she_hears_of_others_only_if_they_are_called(step: Step) -> Complaint:
    words = {one.words for one in step.of(values.TellEmployee)}
    called = any(page.people for page in step.of(values.Page)) or step.of(values.AskDesk)
    return "nobody else is called" if "cannot_come" in words and not called else None


HEARD_BY_ALL = {
    values.SaidSafe: "safe",
    values.Closed: "closed",
    values.DeskClaimed: "claimed",
    values.DeskReturned: "returned",
    values.DeskClosed: "ended",
}


def i9_those_called_hear_of_it(step: Step) -> Complaint:
    """Everybody but who did it himself: a page or a notice with these words."""
    wanted, before = HEARD_BY_ALL.get(type(step.event)), step.before.state
    if wanted is None or not before.is_open:
        return None
    called = {p for r in before.rungs if r.was_called for p in r.people & step.facts.callable}
    called -= {getattr(step.event, "person", None)}
    notified = {
        person
        for one in (*step.of(values.Page), *step.of(values.Tell))
        if one.words == wanted
        for person in one.people
    }
    return None if called <= notified else f"{called - notified} do not hear: {wanted}"


def i9_who_does_not_come_is_told_of(step: Step) -> Complaint:
    """A minute after the question: to her, to the desk, and the others are called."""
    if "not_arrived" not in step.lines():
        return None
    hers = "not_arrived" in {one.words for one in step.of(values.TellEmployee)}
    desks = "not_arrived" in {one.what for one in step.of(values.TellOperator)}
    if not hers or (step.before.state.has_open_case and not desks):
        return "nobody heard that he did not come"
    pages = {page.occasion for page in step.of(values.Page)}
    begins = step.after.round == step.before.state.round + 1 and step.after.coming_at is None
    return None if begins and "not_arrived" in pages else "the others were not called"


def i9_the_desk_hears_that_she_is_safe(step: Step) -> Complaint:
    before = step.before.state
    if not isinstance(step.event, values.SaidSafe) or not before.has_open_case:
        return None
    notified = "safe" in {one.what for one in step.of(values.TellOperator)}
    return None if notified or not before.is_open or before.safe_at else "the desk did not hear it"


def i9_everyone_who_has_to_act_is_asked_again(step: Step) -> Complaint:
    """The acting desk within half an hour, safe and arrived within 10 minutes, later a day."""
    s = step.after
    move = next_move(s)
    if not s.is_open or not s.is_real or move is None:
        return None
    longest = {"ask": timedelta(minutes=30), "close": timedelta(days=1)}.get(str(move[0]))
    longest = longest or timedelta(minutes=10)
    return None if move[1] - step.now <= longest else f"the next move only at {move[1]}"


OF_THE_SCREENS = (
    i9_seen_coming_there_are_somebodys_word,
    i9_who_answers_is_in_the_state,
    i9_the_desk_is_where_the_screens_say,
    i9_asking_the_desk_is_one_case,
    i9_a_case_nobody_took_ends_with_the_alarm,
    i9_a_cry_takes_back_what_was_so,
    i9_a_cry_that_is_carried_out_begins_anew,
    i9_what_was_told_of_110,
    i9_she_hears_of_it,
    i9_she_hears_of_others_only_if_they_are_called,
    i9_those_called_hear_of_it,
    i9_who_does_not_come_is_told_of,
    i9_the_desk_hears_that_she_is_safe,
    i9_everyone_who_has_to_act_is_asked_again,
)
