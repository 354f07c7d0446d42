"""Sending rosa: steps in order, clocks that ring, and the company sees each of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.actors import Actor
from incidents.models import Incident
from operations import cases, dispatches, errors, police
from operations.company_access.entries import CallMade, record_call
from operations.models import AccessGrant, Case, Dispatch, Responder
from operations.protocol import checklist
from operations.selectors import grant_in_force, queue, responders_by_arrival
from tests.operations.conftest import desk_actor, kinds, pass_time, run_jobs


@pytest.fixture
def dispatch(case: Case, grant: AccessGrant, m14: Responder, olga: Actor) -> Dispatch:
    return dispatches.send_responder(
        case_id=case.public_id, responder_id=m14.public_id, operator=olga
    )


def test_each_step_shows_in_the_company(
    dispatch: Dispatch, incident: Incident, rosa: Actor
) -> None:
    steps = {"dispatch_id": dispatch.public_id, "actor": rosa}
    dispatches.accept(**steps)
    assert grant_in_force(dispatch.case.public_id, rosa) is not None
    dispatches.depart(**steps)
    dispatches.arrive(**steps)
    done = dispatches.leave(**steps, result="calmed")
    assert done.state == "left"
    assert grant_in_force(dispatch.case.public_id, rosa) is None
    run_jobs()
    shown = [kind for kind in kinds(incident) if kind.startswith("dispatch_")]
    assert sorted(shown) == sorted(
        f"dispatch_{step}" for step in ("requested", "accepted", "en_route", "arrived", "left")
    )


def test_arrival_before_departure_is_refused(dispatch: Dispatch, rosa: Actor) -> None:
    with pytest.raises(errors.StepOutOfOrder):
        dispatches.arrive(dispatch_id=dispatch.public_id, actor=rosa)
    dispatches.accept(dispatch_id=dispatch.public_id, actor=rosa)
    dispatches.depart(dispatch_id=dispatch.public_id, actor=rosa)
    assert dispatches.arrive(dispatch_id=dispatch.public_id, actor=rosa).arrived_at


def test_a_step_reported_twice_keeps_its_first_time(dispatch: Dispatch, rosa: Actor) -> None:
    first = dispatches.accept(dispatch_id=dispatch.public_id, actor=rosa)
    again = dispatches.accept(dispatch_id=dispatch.public_id, actor=rosa)
    assert again.accepted_at == first.accepted_at


def test_nobody_is_sent_without_a_claim(case: Case, m14: Responder, olga: Actor) -> None:
    with pytest.raises(errors.NotYourCase):
        dispatches.send_responder(case_id=case.public_id, responder_id=m14.public_id, operator=olga)


def test_one_responder_is_not_sent_twice(
    dispatch: Dispatch, case: Case, m14: Responder, olga: Actor
) -> None:
    with pytest.raises(errors.ResponderBusy) as refused:
        dispatches.send_responder(case_id=case.public_id, responder_id=m14.public_id, operator=olga)
    assert refused.value.call_sign == "M-14"
    dispatches.cancel(dispatch_id=dispatch.public_id, operator=olga)
    assert dispatches.send_responder(
        case_id=case.public_id, responder_id=m14.public_id, operator=olga
    )


def test_a_joint_drill_sends_nobody_and_calls_nobody(
    case: Case, grant: AccessGrant, m14: Responder, olga: Actor
) -> None:
    Case.objects.filter(pk=case.pk).update(drill="joint")
    with pytest.raises(errors.DrillCannotDispatch):
        dispatches.send_responder(case_id=case.public_id, responder_id=m14.public_id, operator=olga)
    call = CallMade("police", "110", timezone.now(), "店頭で大声")
    with pytest.raises(errors.DrillCannotDispatch):
        record_call(grant_id=grant.public_id, operator=olga, call=call)


def test_another_responder_does_not_find_the_dispatch(dispatch: Dispatch) -> None:
    with pytest.raises(errors.UnknownDispatch):
        dispatches.accept(dispatch_id=dispatch.public_id, actor=desk_actor("rudi"))


def test_a_case_does_not_end_while_rosa_is_under_way(
    dispatch: Dispatch, case: Case, olga: Actor
) -> None:
    with pytest.raises(errors.DispatchStillActive):
        cases.close_case(case_id=case.public_id, operator=olga, result="calmed")


@pytest.mark.parametrize(
    ("clock", "column", "kind"),
    [("arrive", "arrive_by", "dispatch_late"), ("leave", "leave_by", "dispatch_over_limit")],
)
def test_a_deadline_that_passes_is_raised_once(
    dispatch: Dispatch, incident: Incident, clock: str, column: str, kind: str
) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    Dispatch.objects.filter(pk=dispatch.pk).update(**{column: long_ago})
    pass_time("operations.dispatch_due", clock=clock)
    run_jobs()
    dispatches.raise_deadline(dispatch.public_id, clock)
    run_jobs()
    assert kinds(incident).count(kind) == 1
    assert next(row for row in queue() if row.case_id == dispatch.case.public_id).is_late


def test_positions_from_the_future_are_refused(rosa: Actor) -> None:
    place = {"actor": rosa, "latitude": 35.68, "longitude": 139.77}
    now = timezone.now()
    with pytest.raises(errors.PositionFromFuture):
        dispatches.report_position(**place, recorded_at=now + timedelta(minutes=5))
    assert dispatches.report_position(**place, recorded_at=now).located_at == now
    older = dispatches.report_position(
        actor=rosa, latitude=1, longitude=1, recorded_at=now - timedelta(minutes=1)
    )
    assert older.latitude == 35.68


def test_anyone_who_arrives_first_is_offered_first(dispatch: Dispatch) -> None:
    offered = [
        (one.responder.call_sign, one.is_busy) for one in responders_by_arrival(35.6846, 139.7741)
    ]
    assert offered == [("B-07", False), ("M-14", True)]


def test_acmes_protocol_is_ticked_with_time_and_name(
    case: Case, grant: AccessGrant, olga: Actor
) -> None:
    case.refresh_from_db()
    line = checklist(case)[0]
    cases.do_step(case_id=case.public_id, operator=olga, step_id=line.step_id)
    done = checklist(case)[0]
    assert (done.is_done, str(done.done_by)) == (True, olga.id)
    assert line.due_at is not None
    with pytest.raises(errors.UnknownStep):
        cases.do_step(case_id=case.public_id, operator=olga, step_id=0)


def test_the_text_for_the_police_begins_with_the_place_and_says_what_is_not_known() -> None:
    facts = police.PoliceFacts(
        caller="警備会社 大野",
        call_back="03-0000-0110",
        company="東都百貨店",
        site="日本橋本店",
        address="東京都中央区日本橋1丁目",
        floor="3階",
        entrance="従業員通用口",
        situation="大声",
        people="男性1名",
        weapon="",
    )
    text = police.read_aloud(facts).splitlines()
    assert text[0].startswith("場所は、東京都中央区日本橋1丁目")
    assert "凶器は、未確認。" in text


@pytest.mark.parametrize(
    ("centre", "site", "elsewhere"),
    [("東京都", "東京都", False), ("東京都", "神奈川県", True), ("東京都", "", False)],
)
def test_110_is_the_wrong_number_for_another_prefecture(
    centre: str, site: str, elsewhere: bool
) -> None:
    assert police.is_out_of_reach(centre, site) is elsewhere
