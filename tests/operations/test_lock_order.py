"""Verbs that lock the same rows begin at once: one waits for the other, and never each for each."""

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction

from audit.actors import Actor
from incidents.models import Incident
from operations import cases as services
from operations import dispatches, shifts
from operations.company_access import entries
from operations.company_access.entries import CallMade
from operations.models import AccessGrant, Case, Dispatch, EmergencyCall, Responder
from tenants.context import run_in
from tenants.models import Company
from tests.operations.racing import Duel, Verb, duel, racing, two_operators, waiting_case
from tests.recordings.conftest import Recorder
from tests.recordings.listening import pressed

__all__ = ["duel", "racing", "two_operators"]

ROUNDS = 12


@pytest.fixture
def m14(racing: Company) -> Responder:
    return Responder.objects.get(call_sign="M-14")


@pytest.fixture
def b07(racing: Company) -> Responder:
    return Responder.objects.get(call_sign="B-07")


@pytest.fixture
def two_cases(racing: Company, two_operators: tuple[Actor, Actor]) -> tuple[Case, Case]:
    """Olga's and otto's."""
    cases = [waiting_case(racing, number) for number in (1, 2)]
    for case, operator in zip(cases, two_operators, strict=True):
        services.claim(case_id=case.public_id, operator=operator)
    return cases[0], cases[1]


def send(case: Case, unit: Responder, operator: Actor) -> Dispatch:
    return dispatches.send_responder(
        case_id=case.public_id, responder_id=unit.public_id, operator=operator
    )


def reserve(case: Case, unit: Responder, operator: Actor) -> Dispatch:
    return dispatches.reserve(
        case_id=case.public_id, responder_id=unit.public_id, operator=operator
    )


def driver(unit: Responder) -> Actor:
    return Actor(kind="responder", id=str(unit.user_id))


def nobody_waits_for_ever(duel: Duel, rounds: Iterator[tuple[Verb, Verb]]) -> None:
    seen = Counter(outcome for first, second in rounds for outcome in duel(first, second))
    assert "DeadlockDetected" not in seen, seen
    assert seen["done"] >= ROUNDS, seen


def test_m14_leaves_for_the_case_that_sends_her_at_that_moment(
    two_cases: tuple[Case, Case], two_operators: tuple[Actor, Actor], m14: Responder, duel: Duel
) -> None:
    (hers, his), (olga, otto) = two_cases, two_operators

    def rounds() -> Iterator[tuple[Verb, Verb]]:
        for _round in range(ROUNDS):
            busy = send(hers, m14, olga)
            reserve(his, m14, otto)
            yield (
                lambda busy=busy: dispatches.decline(dispatch_id=busy.public_id, actor=driver(m14)),
                lambda: send(his, m14, otto),
            )
            Dispatch.objects.filter(responder=m14).delete()

    nobody_waits_for_ever(duel, rounds())


def test_m14_accepts_while_olga_presses_send_again(
    two_cases: tuple[Case, Case], two_operators: tuple[Actor, Actor], m14: Responder, duel: Duel
) -> None:
    case, olga = two_cases[0], two_operators[0]

    def rounds() -> Iterator[tuple[Verb, Verb]]:
        for _round in range(ROUNDS):
            sent = send(case, m14, olga)
            yield (
                lambda sent=sent: dispatches.accept(dispatch_id=sent.public_id, actor=driver(m14)),
                lambda: send(case, m14, olga),
            )
            Dispatch.objects.filter(responder=m14).delete()

    nobody_waits_for_ever(duel, rounds())


def test_two_units_leave_for_each_others_cases(
    two_cases: tuple[Case, Case],
    two_operators: tuple[Actor, Actor],
    m14: Responder,
    b07: Responder,
    duel: Duel,
) -> None:
    (hers, his), (olga, otto) = two_cases, two_operators

    def rounds() -> Iterator[tuple[Verb, Verb]]:
        for _round in range(ROUNDS):
            first, second = send(hers, m14, olga), send(his, b07, otto)
            reserve(his, m14, otto)
            reserve(hers, b07, olga)
            yield (
                lambda one=first: dispatches.decline(dispatch_id=one.public_id, actor=driver(m14)),
                lambda one=second: dispatches.decline(dispatch_id=one.public_id, actor=driver(b07)),
            )
            assert Dispatch.objects.active().filter(responder__in=[m14, b07]).count() == 2
            Dispatch.objects.filter(responder__in=[m14, b07]).delete()

    nobody_waits_for_ever(duel, rounds())


def test_a_console_lives_on_while_a_unit_goes_from_one_of_its_cases_to_the_other(
    racing: Company, two_operators: tuple[Actor, Actor], m14: Responder, duel: Duel
) -> None:
    olga = two_operators[0]
    later, earlier = waiting_case(racing, 1), waiting_case(racing, 2)
    for case in (earlier, later):
        services.claim(case_id=case.public_id, operator=olga)

    def rounds() -> Iterator[tuple[Verb, Verb]]:
        for _round in range(ROUNDS):
            busy = send(later, m14, olga)
            reserve(earlier, m14, olga)
            yield (
                lambda busy=busy: dispatches.decline(dispatch_id=busy.public_id, actor=driver(m14)),
                lambda: shifts.sign_of_life(operator=olga),
            )
            Dispatch.objects.filter(responder=m14).delete()

    nobody_waits_for_ever(duel, rounds())


@pytest.fixture
def alarm(recorder: Recorder) -> Iterator[Incident]:
    yield pressed(recorder)
    cases = Case.objects.filter(company_id=recorder.company.id)
    EmergencyCall.objects.filter(case__in=cases).delete()
    AccessGrant.objects.filter(case__in=cases).delete()
    cases.delete()


def test_110_is_recorded_while_the_company_closes(
    alarm: Incident, recorder: Recorder, two_operators: tuple[Actor, Actor], duel: Duel
) -> None:
    """Closing takes the incident first and then the case; a line of the record needs both."""
    olga, company = two_operators[0], recorder.company
    case = waiting_case(company, incident=alarm.public_id)
    grant = services.claim(case_id=case.public_id, operator=olga)
    written = threading.Event()

    @transaction.atomic
    def record() -> None:
        call = CallMade("police", "110", alarm.opened_at, "店頭で大声")
        entries.record_call(grant_id=grant.public_id, operator=olga, call=call)
        written.set()

    @transaction.atomic
    def close() -> None:
        Incident.objects.select_for_update().get(pk=alarm.pk)
        written.wait(0.5)
        services.note_company_closed(company, alarm.public_id)

    assert duel(record, lambda: run_in(company, close)) == ["done", "done"]
