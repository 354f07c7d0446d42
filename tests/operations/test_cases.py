"""A case: claimed once, watched over, handed on, ended."""

import uuid
from uuid import UUID

import pytest

from audit.actors import Actor
from incidents.models import Incident
from notifications.models import Notice
from operations import cases, errors, grants, handovers, shifts
from operations.events import security_company
from operations.models import AccessGrant, Case
from operations.selectors import board, grant_in_force, queue
from tenants.context import run_in
from tests.clock import time_passes
from tests.conftest import Phone
from tests.operations.conftest import asked, kinds, pass_time, run_jobs, silence
from tests.support.console import console


def test_the_queue_shows_company_site_and_level_and_nothing_of_anna(
    case: Case, olga: Actor
) -> None:
    row = next(one for one in queue() if one.case_id == case.public_id)
    assert (row.company, row.site, row.level) == ("東都百貨店株式会社", "日本橋本店", "support")
    assert "髙橋" not in repr(row)
    assert board().waiting >= 1


def test_the_second_operator_learns_who_was_first(
    case: Case, grant: AccessGrant, otto: Actor
) -> None:
    with pytest.raises(errors.AlreadyClaimed) as refused:
        cases.claim(case_id=case.public_id, operator=otto)
    assert refused.value.by == "大野 玲子"
    assert grant_in_force(case.public_id, otto) is None


def test_claimed_again_by_its_owner_it_is_the_same_grant(
    case: Case, grant: AccessGrant, olga: Actor
) -> None:
    assert cases.claim(case_id=case.public_id, operator=olga) == grant


def test_a_case_that_outlasts_its_grant_is_claimed_on_by_its_owner_alone(
    case: Case, grant: AccessGrant, olga: Actor, otto: Actor
) -> None:
    AccessGrant.objects.filter(pk=grant.pk).update(expires_at=grant.opened_at)
    assert grant_in_force(case.public_id, olga) is None
    with pytest.raises(errors.AlreadyClaimed):
        cases.claim(case_id=case.public_id, operator=otto)
    cases.claim(case_id=case.public_id, operator=olga)
    assert grant_in_force(case.public_id, olga) is not None


def test_anna_and_boris_learn_that_the_desk_has_taken_over(
    case: Case, grant: AccessGrant, incident: Incident, annas_phone: Phone
) -> None:
    run_jobs()
    assert "desk_claimed" in kinds(incident)
    assert annas_phone.get(f"incidents/{incident.public_id}").json()["support"] == "claimed"
    notices = Notice.objects.filter(
        incident_id=incident.public_id, title="警備会社が対応しています"
    )
    assert notices.filter(recipient_device=annas_phone.device).exists()
    assert notices.filter(recipient_user__username="boris").exists()


def test_without_a_shift_nobody_claims(case: Case, rosa: Actor) -> None:
    with pytest.raises(errors.NotOnShift):
        cases.claim(case_id=case.public_id, operator=rosa)


def test_a_forged_case_number_is_unknown(olga: Actor) -> None:
    with pytest.raises(errors.UnknownCase):
        cases.claim(case_id=uuid.uuid4(), operator=olga)


def test_a_closed_case_cannot_be_claimed(case: Case, olga: Actor, otto: Actor) -> None:
    cases.claim(case_id=case.public_id, operator=olga)
    cases.close_case(case_id=case.public_id, operator=olga, result="calmed")
    with pytest.raises(errors.CaseClosed):
        cases.claim(case_id=case.public_id, operator=otto)


def test_nobody_claims_so_the_desk_climbs_and_the_company_is_told_at_90_seconds(
    case: Case, incident: Incident, annas_phone: Phone
) -> None:
    for step in (1, 2):
        pass_time("operations.climb", step=step)
        run_jobs()
        case.refresh_from_db()
        assert (case.ladder_step, case.company_told_at) == (step, None)
    company = security_company()
    assert company is not None
    assert run_in(company, Notice.objects.filter(recipient_user__username="lena").exists)

    time_passes(90)
    case.refresh_from_db()
    assert case.company_told_at is not None
    assert "desk_unanswered" in kinds(incident)
    call_110 = Notice.objects.filter(title__contains="110番")
    assert call_110.filter(recipient_device=annas_phone.device).exists()
    assert call_110.filter(recipient_user__username="boris").exists()
    # The company's own ladder has begun again, and the case can still be taken.
    incident.refresh_from_db()
    assert incident.round == 2
    pages = Notice.objects.filter(incident_id=incident.public_id, kind="alarm")
    assert pages.filter(recipient_user__username="boris").count() == 2
    assert incident.call_at is not None
    assert case.is_waiting


def test_claimed_in_time_the_company_is_not_told(
    case: Case, grant: AccessGrant, incident: Incident
) -> None:
    run_jobs()
    assert "desk_unanswered" not in kinds(incident)
    with pytest.raises(AssertionError):  # nothing is left to come due
        pass_time("operations.climb")


def test_taken_late_the_ladder_of_the_company_stops_again(
    case: Case, incident: Incident, olga: Actor
) -> None:
    time_passes(100)
    cases.claim(case_id=case.public_id, operator=olga)
    run_jobs()
    incident.refresh_from_db()
    assert incident.help_is_settled
    assert incident.desk == Incident.Desk.ACTING


def test_a_console_that_falls_silent_loses_its_case(
    case: Case, grant: AccessGrant, incident: Incident, olga: Actor, otto: Actor
) -> None:
    silence(case)
    pass_time("operations.owner_lost")
    run_jobs()
    case.refresh_from_db()
    assert (case.is_waiting, case.turn) == (True, 2)
    assert grant_in_force(case.public_id, olga) is None
    assert queue()[0].case_id == case.public_id
    cases.claim(case_id=case.public_id, operator=otto)
    run_jobs()
    assert "desk_console_lost" in kinds(incident)
    incident.refresh_from_db()
    assert incident.desk == Incident.Desk.ACTING


def test_a_console_that_gives_signs_of_life_keeps_its_case(
    case: Case, grant: AccessGrant, olga: Actor
) -> None:
    pass_time("operations.owner_lost")
    assert shifts.sign_of_life(operator=olga)
    run_jobs()
    case.refresh_from_db()
    assert case.owner_id == UUID(olga.id)


def test_a_sign_of_life_after_the_loss_brings_nothing_back(
    case: Case, grant: AccessGrant, olga: Actor
) -> None:
    silence(case)
    shifts.sign_of_life(operator=olga)
    pass_time("operations.owner_lost")
    run_jobs()
    case.refresh_from_db()
    assert case.is_waiting


def test_no_shift_ends_while_cases_are_held(case: Case, grant: AccessGrant, olga: Actor) -> None:
    with pytest.raises(errors.CasesStillHeld) as refused:
        shifts.end_shift(operator=olga)
    assert refused.value.numbers == [case.number]
    cases.close_case(case_id=case.public_id, operator=olga, result="calmed")
    shifts.end_shift(operator=olga)
    with pytest.raises(errors.NotOnShift):
        shifts.end_shift(operator=olga)


def test_a_hand_over_needs_both_sides(
    case: Case, grant: AccessGrant, olga: Actor, otto: Actor, lena: Actor
) -> None:
    offer = handovers.offer(
        case_id=case.public_id, operator=olga, to=UUID(otto.id), note="店長が対応中"
    )
    assert grant_in_force(case.public_id, olga) == grant
    assert grant_in_force(case.public_id, otto) is None
    with pytest.raises(errors.HandoverOver):  # not for her
        handovers.accept(handover_id=offer.public_id, operator=lena)
    taken = handovers.accept(handover_id=offer.public_id, operator=otto)
    assert taken.source == "transfer"
    assert grant_in_force(case.public_id, olga) is None
    assert grant_in_force(case.public_id, otto) == taken
    with pytest.raises(errors.HandoverOver):
        handovers.accept(handover_id=offer.public_id, operator=otto)


def test_access_runs_out_half_an_hour_after_the_end(
    case: Case, grant: AccessGrant, olga: Actor
) -> None:
    cases.close_case(case_id=case.public_id, operator=olga, result="calmed")
    grant.refresh_from_db()
    case.refresh_from_db()
    assert grant.expires_at is not None
    assert case.closed_at is not None
    left = (grant.expires_at - case.closed_at).total_seconds()
    assert left == pytest.approx(1800, abs=5)
    assert grant_in_force(case.public_id, olga) == grant
    AccessGrant.objects.filter(pk=grant.pk).update(expires_at=case.closed_at)
    assert grant_in_force(case.public_id, olga) is None


def test_it_is_closed_with_words_that_the_company_is_told(
    case: Case, grant: AccessGrant, incident: Incident, olga: Actor
) -> None:
    words = "相手は退店しました。来店時は110番してください。"
    cases.close_case(case_id=case.public_id, operator=olga, result="calmed", words=words)
    case.refresh_from_db()
    assert (case.result, case.closing_words) == ("calmed", words)
    run_jobs()
    payload = incident.events.get(kind="desk_closed").payload
    assert (payload["result"], payload["words"]) == ("calmed", words)


@pytest.mark.parametrize(
    ("drill", "result"), [("none", "drill"), ("joint", "calmed"), ("none", "withdrawn")]
)
def test_a_drill_ends_as_a_drill_and_nothing_else_does(
    drill: str, result: str, case: Case, grant: AccessGrant, olga: Actor
) -> None:
    Case.objects.filter(pk=case.pk).update(drill=drill)
    with pytest.raises(errors.WrongResult):
        cases.close_case(case_id=case.public_id, operator=olga, result=result)
    page = console("olga").get(f"/console/cases/{case.public_id}/").content.decode()
    assert f'name="result" value="{result}"' not in page


def test_ended_by_anna_a_case_that_waits_is_withdrawn_and_the_next_is_another_one(
    case: Case, annas_phone: Phone
) -> None:
    annas_phone.post(f"incidents/{case.incident_id}/close", {"outcome": "safe"})
    case.refresh_from_db()
    assert (case.is_closed, case.result) == (True, "withdrawn")
    again = asked(annas_phone)
    assert again.is_waiting
    assert again != case


def test_ended_by_anna_a_case_in_hands_stays_with_its_operator_who_is_told(
    case: Case, grant: AccessGrant, annas_phone: Phone
) -> None:
    annas_phone.post(f"incidents/{case.incident_id}/close", {"outcome": "safe"})
    case.refresh_from_db()
    assert (case.state, case.company_closed_at is not None) == ("claimed", True)


def test_break_glass_needs_a_reason_and_a_second_person_and_the_company_is_told(
    case: Case, grant: AccessGrant, incident: Incident, otto: Actor, lena: Actor
) -> None:
    with pytest.raises(errors.ReasonNeeded):
        grants.ask_break_glass(case_id=case.public_id, operator=otto, reason="")
    wish = grants.ask_break_glass(case_id=case.public_id, operator=otto, reason="police_ask")
    assert grant_in_force(case.public_id, otto) is None
    with pytest.raises(errors.SecondPersonNeeded):
        grants.approve_break_glass(grant_id=wish.public_id, approver=otto)
    grants.approve_break_glass(grant_id=wish.public_id, approver=lena)
    assert grant_in_force(case.public_id, otto) == wish
    run_jobs()
    assert "desk_break_glass" in kinds(incident)
    notices = Notice.objects.filter(incident_id=incident.public_id, title__contains="緊急閲覧")
    assert notices.filter(recipient_user__username="boris").exists()
