"""What a move does when its time has come."""

from escalation.moves import cries, endings, ladder
from escalation.moves.state import LeftAlone, Page, Tell
from escalation.moves.turn import Turn
from escalation.moves.waits import GOES_ON_ASKED_EVERY, reminder


def call(t: Turn) -> None:
    """Carry out a cry that was put off, else call the next rung."""
    if t.s.again_at is not None and t.s.again_at <= t.now:
        t.line("called_again", by_clock=True)
        cries.carry_out(t)
    else:
        ladder.call_next(t)


def arrive(t: Turn) -> None:
    """Ask a person 10 minutes after they set out if they are there; a minute later call others."""
    person = t.s.coming_by
    assert person is not None
    if t.s.coming_asked_at is None:
        t.set(coming_asked_at=t.now)
        t.line("arrival_asked", by_clock=True, people=frozenset({person}))
        asked = frozenset({person}) & t.f.callable
        t.add(Page(asked, f"arrival_asked:{t.s.turn}", "arrival_asked"))
        return
    t.set(coming_at=None, coming_by=None, coming_asked_at=None)
    t.line("not_arrived", by_clock=True, people=frozenset({person}))
    t.tell_employee("not_arrived")
    t.tell_operator("not_arrived")
    ladder.call_out(t, "not_arrived")


def ask(t: Turn) -> None:
    """Ask whether it goes on: while the desk acts; or closed by others and no word from her."""
    if t.s.is_open:
        t.set(remind_at=t.now + GOES_ON_ASKED_EVERY)
        t.line("asked_if_over", by_clock=True)
        t.tell_operator("goes_on")
        t.add(Page(t.in_charge(), f"asked_if_over:{t.s.turn}", "asked_if_over"))
        return
    t.set(remind_at=None)
    answered = {t.s.closed_by, t.s.acknowledged_by}
    plan = [person for rung in t.s.rungs for person in sorted(t.people_of(rung))]
    second = next((person for person in plan if person not in answered), None)
    people = t.f.hr if second is None else frozenset({second})
    t.line("second_person_called", by_clock=True, people=people)
    t.add(Page(people, f"no_answer:{t.s.turn}", "no_answer"))


def close(t: Turn) -> None:
    """Safe, or somebody is there, and still open: remind the person in charge, and HR."""
    if not t.s.is_real:
        endings.end_drill(t)
        return
    t.line("reminded", by_clock=True)
    t.add(Page(t.in_charge(), f"reminded:{t.s.turn}", "reminded"))
    t.add(Tell(t.f.hr, "reminded"))
    t.set(remind_at=t.now + reminder(t.s.reminders), reminders=t.s.reminders + 1)


def left_alone(t: Turn, e: LeftAlone) -> None:
    if t.s.is_open:
        t.add(Tell(t.in_charge() | t.f.hr, "reminded", "left_alone"))
