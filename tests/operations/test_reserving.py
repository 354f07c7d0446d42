"""次に出動: rosa is on another case; reserved, she comes when she has left there."""

import pytest

from audit.actors import Actor
from incidents.models import Incident
from operations import dispatches, errors
from operations.cases import claim, close_case
from operations.dispatches import send_responder
from operations.models import AccessGrant, Case, Dispatch, Responder
from operations.selectors import responders_by_arrival
from people.models import Employee
from tests.conftest import phone_of
from tests.operations.conftest import asked, kinds, run_jobs
from tests.support.console import console


@pytest.fixture
def busy(grant: AccessGrant, m14: Responder, olga: Actor) -> Dispatch:
    """Rosa is on anna's case."""
    return send_responder(case_id=grant.case.public_id, responder_id=m14.public_id, operator=olga)


@pytest.fixture
def other(busy: Dispatch, otto: Actor) -> Case:
    """A colleague's case, which otto has taken."""
    case = asked(phone_of(Employee.objects.get(number="020187")))
    claim(case_id=case.public_id, operator=otto)
    return case


@pytest.fixture
def reserved(other: Case, m14: Responder, otto: Actor) -> Dispatch:
    return dispatches.reserve(case_id=other.public_id, responder_id=m14.public_id, operator=otto)


def leave(dispatch: Dispatch, rosa: Actor) -> None:
    steps = {"dispatch_id": dispatch.public_id, "actor": rosa}
    dispatches.accept(**steps)
    dispatches.depart(**steps)
    dispatches.arrive(**steps)
    dispatches.leave(**steps, result="calmed")


def state_of(dispatch: Dispatch) -> str:
    dispatch.refresh_from_db()
    return dispatch.state


def test_when_she_leaves_the_reservation_becomes_the_order_with_clocks_of_its_own(
    busy: Dispatch, reserved: Dispatch, other: Case, rosa: Actor
) -> None:
    assert state_of(reserved) == "reserved"
    leave(busy, rosa)
    assert state_of(reserved) == "requested"
    busy.refresh_from_db()
    assert busy.ended_at is not None
    assert reserved.requested_at >= busy.ended_at
    assert reserved.arrive_by - reserved.requested_at == Dispatch.ARRIVE_WITHIN
    run_jobs()
    shown = kinds(Incident.objects.get(public_id=other.incident_id))
    assert [kind for kind in shown if kind.startswith("dispatch_")] == [
        "dispatch_reserved",
        "dispatch_requested",
    ]


@pytest.mark.parametrize("end", ["decline", "cancel"])
def test_when_the_earlier_order_ends_otherwise_she_comes_as_well(
    end: str, busy: Dispatch, reserved: Dispatch, rosa: Actor, olga: Actor
) -> None:
    if end == "decline":
        dispatches.decline(dispatch_id=busy.public_id, actor=rosa)
    else:
        dispatches.cancel(dispatch_id=busy.public_id, operator=olga)
    assert state_of(reserved) == "requested"


def test_a_second_case_cannot_reserve_her_and_learns_why(
    reserved: Dispatch, m14: Responder, lena: Actor
) -> None:
    third = asked(phone_of(Employee.objects.get(number="020193")))
    claim(case_id=third.public_id, operator=lena)
    with pytest.raises(errors.ResponderReserved, match="M-14"):
        dispatches.reserve(case_id=third.public_id, responder_id=m14.public_id, operator=lena)
    assert [one.is_reserved for one in responders_by_arrival(35.6, 139.7) if one.is_busy] == [True]


def test_reserved_again_by_the_same_case_it_is_the_same(
    reserved: Dispatch, other: Case, m14: Responder, otto: Actor
) -> None:
    again = dispatches.reserve(case_id=other.public_id, responder_id=m14.public_id, operator=otto)
    assert again == reserved


def test_anyone_who_has_become_free_meanwhile_is_sent_at_once(
    busy: Dispatch, other: Case, m14: Responder, otto: Actor, rosa: Actor
) -> None:
    leave(busy, rosa)
    sent = dispatches.reserve(case_id=other.public_id, responder_id=m14.public_id, operator=otto)
    assert sent.state == "requested"


def test_a_reservation_given_up_or_whose_case_has_ended_sends_nobody(
    busy: Dispatch, reserved: Dispatch, other: Case, m14: Responder, otto: Actor, rosa: Actor
) -> None:
    dispatches.cancel(dispatch_id=reserved.public_id, operator=otto)
    assert state_of(busy) == "requested", "the earlier order goes on"
    again = dispatches.reserve(case_id=other.public_id, responder_id=m14.public_id, operator=otto)
    close_case(case_id=other.public_id, operator=otto, result="calmed")
    leave(busy, rosa)
    assert {state_of(reserved), state_of(again)} == {"cancelled"}


def test_nobody_reserves_for_a_case_that_is_not_theirs_or_for_a_drill(
    other: Case, m14: Responder, olga: Actor, otto: Actor
) -> None:
    with pytest.raises(errors.NotYourCase):
        dispatches.reserve(case_id=other.public_id, responder_id=m14.public_id, operator=olga)
    Case.objects.filter(pk=other.pk).update(drill="joint")
    with pytest.raises(errors.DrillCannotDispatch):
        dispatches.reserve(case_id=other.public_id, responder_id=m14.public_id, operator=otto)


def test_otto_presses_reserve_and_rosa_reads_where_to_go_next_and_no_more(
    busy: Dispatch, other: Case, m14: Responder
) -> None:
    ottos, rosas = console("otto"), console("rosa")
    page = f"/console/cases/{other.public_id}/"
    before = rosas.get("/field/now").json()["shown"]
    assert f'action="{page}reserve/"' in ottos.get(page).content.decode()
    answer = ottos.post(f"{page}reserve/", {"responder": m14.public_id}, follow=True)
    assert "M-14を次の出動に予約しました" in answer.content.decode()
    assert "次に出動（予約）" in answer.content.decode()
    shown = rosas.get("/field/").content.decode()
    assert ("次に出動" in shown, other.site_name in shown) == (True, True)
    assert rosas.get("/field/now").json()["shown"] != before, "her page refreshes by itself"
    incident = Incident.objects.get(public_id=other.incident_id)
    assert incident.reporter is not None
    assert incident.reporter.family_name not in shown
