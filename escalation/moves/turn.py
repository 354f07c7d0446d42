"""One decision while it is made: the state so far, the effects so far, and who is who in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from escalation.errors import AlreadyClosed
from escalation.moves.state import (
    NOBODY,
    Drill,
    Effect,
    Facts,
    Line,
    Page,
    People,
    ResponseState,
    RungState,
    Tell,
    TellEmployee,
    TellOperator,
)
from escalation.moves.waits import HR_FROM_LAP, JUST_CALLED, REMINDED_FIRST


@dataclass(slots=True)
class Turn:
    s: ResponseState
    f: Facts
    effects: list[Effect] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.f.now

    def set(self, **changes: Any) -> None:
        self.s = replace(self.s, **changes)

    def must_be_open(self) -> None:
        if not self.s.is_open:
            raise AlreadyClosed

    # Who

    def people_of(self, rung: RungState) -> People:
        return self.f.hr if rung.is_hr else rung.people & self.f.callable

    def called_so_far(self) -> People:
        called = [self.people_of(rung) for rung in self.s.rungs if rung.was_called]
        return NOBODY.union(*called) | (self.f.answered & self.f.callable)

    def in_charge(self) -> People:
        """The person there, else on the way, else who has seen it, else everybody called."""
        for person in (self.s.arrived_by, self.s.coming_by, self.s.acknowledged_by):
            if person is not None and person in self.f.callable:
                return frozenset({person})
        return self.called_so_far()

    def next_rung(self) -> RungState | None:
        """The next rung of this round; rungs without anybody who can still be called are
        passed over."""
        for rung in self.s.rungs:
            if not rung.is_hr and self.still_to_call(rung):
                return rung
        hr = self.hr_rung()
        return hr if self.still_to_call(hr) and self._hr_is_due() else None

    def still_to_call(self, rung: RungState) -> People:
        """People of a rung not yet called in this round: HR may stand on the plan."""
        if rung.called_round == self.s.round:
            return NOBODY
        called = (
            self.people_of(former) for former in self.s.rungs if former.called_round == self.s.round
        )
        return self.people_of(rung).difference(*called)

    def somebody_is_ahead(self) -> bool:
        """Whether a rung or the desk comes next. A run-out only notifies."""
        return self.next_rung() is not None or self.desk_can_be_asked()

    def never_called(self) -> RungState | None:
        for rung in self.s.rungs:
            if not rung.is_hr and not rung.was_called and self.people_of(rung):
                return rung
        return None

    def hr_rung(self) -> RungState:
        """The last human rung; it joins the plan when it is called first."""
        last = max((rung.order for rung in self.s.rungs), default=-1) + 1
        known = (rung for rung in self.s.rungs if rung.is_hr)
        return next(known, RungState(last, NOBODY, is_hr=True))

    def _hr_is_due(self) -> bool:
        """Whether HR is called: from the third lap, once called, or with nobody else to ask."""
        plan = any(self.people_of(rung) for rung in self.s.rungs if not rung.is_hr)
        alone = not plan and not self.desk_can_be_asked()
        return alone or self.s.lap >= HR_FROM_LAP or self.hr_rung().was_called

    def desk_can_be_asked(self) -> bool:
        """Whether the desk can be asked; an internal drill only rehearses it."""
        return self.f.has_contract and self.s.drill != Drill.INTERNAL

    def was_just_called(self) -> bool:
        return self.s.called_at is not None and self.now - self.s.called_at < JUST_CALLED

    # What changes

    def mark_called(self, *orders: int) -> None:
        rungs = self.s.rungs
        hr = self.hr_rung()
        if hr.order in orders and hr not in rungs:
            rungs = (*rungs, hr)
        self.set(
            rungs=tuple(
                replace(rung, was_called=True, called_round=self.s.round)
                if rung.order in orders
                else rung
                for rung in rungs
            )
        )

    def remind_from_now(self) -> None:
        """Restart the reminders; a drill keeps the end that it has."""
        if self.s.is_real:
            self.set(remind_at=self.now + REMINDED_FIRST, reminders=1)

    # What follows

    def add(self, effect: Effect) -> None:
        self.effects.append(effect)

    def line(
        self, kind: str, *, by_clock: bool = False, people: People = NOBODY, **facts: str | int
    ) -> None:
        self.add(Line(kind, by_clock, people, tuple(facts.items())))

    def call(self, rung: RungState, words: str = "alarm") -> People:
        people = self.still_to_call(rung)
        self.mark_called(rung.order)
        self.add(Page(people, "called", words))
        self.set(press_waits=False)
        return people

    def page_everybody(self, words: str) -> None:
        """Page all called so far; it counts as a call and so absorbs a press of this moment, unless
        there was nobody."""
        people = self.called_so_far()
        self.add(Page(people, f"{words}:{self.now.timestamp()}", words))
        if people:
            self.set(called_at=self.now, press_waits=False)

    def tell_everybody(self, words: str) -> None:
        self.add(Tell(self.called_so_far(), words))

    def tell_employee(self, words: str, person: int | None = None) -> None:
        self.add(TellEmployee(words, person))

    def tell_operator(self, what: str) -> None:
        """Notify the operator, while a case is waiting or taken."""
        if self.s.has_open_case:
            self.add(TellOperator(what))


def once_a_person(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """Page nobody twice in one transaction, and never both page and notify the same person."""
    kept: list[Effect] = []
    paged: set[int] = set()
    for effect in effects:
        if isinstance(effect, Page):
            effect = replace(effect, people=effect.people - paged)
            paged |= effect.people
        kept.append(effect)
    return tuple(
        replace(effect, people=effect.people - paged) if isinstance(effect, Tell) else effect
        for effect in kept
    )
