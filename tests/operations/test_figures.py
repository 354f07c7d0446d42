"""How fast the desk answers: percentiles and shares, live and by month, drills apart."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from audit.actors import Actor
from operations import figures
from operations.models import AccessGrant, Case
from tenants.models import Company

MAY = datetime.fromisoformat("2026-05-10T00:00:00+09:00")


def answered(company: Company, seconds: float | None, drill: str = "none") -> None:
    case = Case.objects.create(
        company=company,
        incident_id=uuid.uuid4(),
        number=1,
        level="support",
        drill=drill,
        source="employee",
    )
    claimed = None if seconds is None else MAY + timedelta(seconds=seconds)
    Case.objects.filter(pk=case.pk).update(
        requested_at=MAY,
        first_claimed_at=claimed,
        state="closed",
        closed_at=MAY + timedelta(minutes=10),
    )


@pytest.fixture
def answers(acme: Company, globex: Company) -> None:
    for seconds in (5, 10, 20, 40):
        answered(acme, seconds)
    answered(acme, None)
    answered(acme, 3, drill="joint")
    answered(globex, 8)


def period() -> tuple[datetime, datetime]:
    return MAY - timedelta(days=1), MAY + timedelta(days=1)


def test_the_desk_as_a_whole_comes_first_then_each_company(
    answers: None, acme: Company, globex: Company
) -> None:
    whole, *companies = figures.answer_times(*period())
    assert (whole.company_id, whole.alarms, whole.answered, whole.drills) == (None, 6, 5, 1)
    assert [one.company_id for one in companies] == sorted([acme.pk, globex.pk])
    assert whole.p50 == 10


def test_an_alarm_that_nobody_answered_counts_as_too_late(answers: None, acme: Company) -> None:
    line = next(one for one in figures.answer_times(*period()) if one.company_id == acme.pk)
    assert (line.within_30, line.within_60, line.told_at_90) == (3, 4, 1)
    assert line.share(30) == pytest.approx(3 / 5)
    assert not line.meets_targets


@pytest.mark.parametrize(
    ("waited", "shares"),
    [(2, (1.0, 1.0)), (45, (0.5, 1.0)), (75, (0.5, 0.5))],
    ids=["in time still", "late for the first", "late"],
)
def test_what_waits_and_cannot_be_late_yet_counts_nowhere(
    waited: int, shares: tuple[float, float], acme: Company
) -> None:
    """Beside one that was answered after 5 seconds."""
    now = timezone.now()
    for seconds in (None, 5):
        case = Case.objects.create(
            company=acme, incident_id=uuid.uuid4(), number=1, level="support", source="employee"
        )
        asked = now - timedelta(seconds=waited if seconds is None else 600)
        claimed = None if seconds is None else asked + timedelta(seconds=seconds)
        Case.objects.filter(pk=case.pk).update(requested_at=asked, first_claimed_at=claimed)
    lines = figures.answer_times(now - timedelta(hours=1), now)
    for line in lines:
        assert (line.share(30), line.share(60)) == shares
        assert line.meets_targets is (waited == 2)


def test_before_anything_can_be_judged_there_is_no_share_and_no_verdict(acme: Company) -> None:
    Case.objects.create(
        company=acme, incident_id=uuid.uuid4(), number=1, level="support", source="employee"
    )
    now = timezone.now() + timedelta(minutes=1)
    whole = figures.answer_times(now - timedelta(hours=1), now)[0]
    assert (whole.alarms, whole.share(30), whole.percent_60) == (1, None, None)
    assert whole.meets_targets is None


def test_withdrawn_before_it_could_be_late_it_counts_nowhere_either(acme: Company) -> None:
    case = Case.objects.create(
        company=acme, incident_id=uuid.uuid4(), number=1, level="support", source="employee"
    )
    Case.objects.filter(pk=case.pk).update(
        requested_at=MAY, state="closed", closed_at=MAY + timedelta(seconds=40)
    )
    whole = figures.answer_times(*period())[0]
    assert (whole.share(30), whole.share(60)) == (0.0, None)


def test_months_are_the_desks_own(answers: None) -> None:
    lines = figures.monthly(*period())
    assert {str(one.begins) for one in lines} == {"2026-05-01"}
    assert lines[0].company_id is None
    assert lines[0].alarms == 6


def test_the_shift_log_says_how_many_cases_each_took(grant: AccessGrant, olga: Actor) -> None:
    assert grant.opened_at is not None
    hour = timedelta(hours=1)
    log = figures.shift_log(grant.opened_at - hour, grant.opened_at + hour)
    assert [(str(one.operator_id), one.cases) for one in log] == [(olga.id, 1)]
