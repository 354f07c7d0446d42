"""Two hours at the desk, worked through the console's buttons, and the books that must agree.

Who presses is a `Hands`: posts of the console's own forms, or a browser.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from django.utils import timezone

from operations.ledger import closed_between, dispatches_between
from operations.models import Case, Dispatch, Handover, Shift

CASES = 12 if os.environ.get("PROVE") else 4
HANDED_OVER, SILENT, SENT, REOPENED = {1, 5, 9}, {3, 8}, {0, 2, 4, 5, 7, 10}, {2}
SHORT_WHILE, BETWEEN = 5.0, 590.0
"""Seconds: what each press takes, and what lies between two cases. Twelve make two hours."""


class Hands(Protocol):
    """An operator at a console. Each press fails where the page refuses it."""

    name: str

    def claim(self, case: Case) -> None: ...
    def send(self, case: Case) -> None: ...
    def radio(self, case: Case, step: str) -> None: ...
    def offer(self, case: Case, to: "Hands") -> None: ...
    def take_over(self, case: Case) -> None: ...
    def close(self, case: Case) -> None: ...
    def badges(self, expected: dict[str, int]) -> None:
        """The head of the console and the number of cards say this, and no dialog is left."""
        ...

    def end_shift(self) -> None: ...


@dataclass
class WholeShift:
    olga: Hands
    otto: Hands
    ask: Callable[[int], Case]
    """The nth alarm asks for the desk."""
    ask_again: Callable[[int], Case]
    over: Callable[[int], None]
    """The company's people end the nth alarm."""
    pass_time: Callable[[float], None]
    orders: list[tuple[str, int]] = field(default_factory=list)
    """Who sent M-14, and for which alarm."""
    ended: list[tuple[str, int]] = field(default_factory=list)

    def work(self) -> None:
        for number in range(CASES):
            self._one(number)
            self.pass_time(BETWEEN)
        self._books_agree()
        for hands in (self.olga, self.otto):
            hands.end_shift()
        assert not Shift.objects.on_duty().exists()

    def _one(self, number: int) -> None:
        owner, other = (self.olga, self.otto) if number % 2 else (self.otto, self.olga)
        case = self.ask(number)
        self._badges(waiting=1)
        owner.claim(case)
        self._badges(in_hand=1)
        if number in SENT:
            self._m14_goes_and_comes_back(owner, case)
        if number in HANDED_OVER:
            owner.offer(case, other)
            other.take_over(case)
            owner, other = other, owner
        if number in SILENT:
            self.pass_time(Case.SIGN_OF_LIFE.total_seconds() + SHORT_WHILE)
            self._badges(waiting=1)
            owner, other = other, owner
            owner.claim(case)
        self._close(owner, case)
        if number in REOPENED:
            again = self.ask_again(number)
            assert again.pk != case.pk
            self._badges(waiting=1)
            other.claim(again)
            self._close(other, again)
        self.over(number)
        self._badges()

    def _m14_goes_and_comes_back(self, owner: Hands, case: Case) -> None:
        owner.send(case)
        self.orders.append((owner.name, case.number))
        self._badges(in_hand=1, dispatched=1)
        for step in ("accept", "depart", "arrive", "leave"):
            self.pass_time(SHORT_WHILE)
            owner.radio(case, step)
        self._badges(in_hand=1)

    def _close(self, owner: Hands, case: Case) -> None:
        owner.close(case)
        self.ended.append((owner.name, case.number))

    def _badges(self, *, waiting: int = 0, in_hand: int = 0, dispatched: int = 0) -> None:
        """No console shows what is no longer so."""
        expected = {"waiting": waiting, "in_hand": in_hand, "dispatched": dispatched}
        expected["cards"] = waiting + in_hand
        for hands in (self.olga, self.otto):
            hands.badges(expected)

    def _books_agree(self) -> None:
        whole = (timezone.now() - timedelta(days=1), timezone.now() + timedelta(minutes=1))
        orders = dispatches_between(*whole)
        found = [(one.sent_by, one.dispatch.case.number) for one in orders][::-1]
        assert found == self.orders
        assert {one.dispatch.state for one in orders} == {Dispatch.State.LEFT}
        for one in orders:
            steps = [
                one.dispatch.sent_at,
                one.dispatch.accepted_at,
                one.dispatch.departed_at,
                one.dispatch.arrived_at,
                one.dispatch.left_at,
            ]
            assert steps == sorted(step for step in steps if step is not None)
        closed = [(one.closed_by, one.case.number) for one in closed_between(*whole)]
        assert sorted(closed) == sorted(self.ended)
        assert not Case.objects.open().exists()
        assert not Handover.objects.open().exists()
