"""How fast the desk answers, in the form of the BS 8484 tables, and who was on duty.

One statement for all companies; drills are counted apart and never in the answer times. A share is
of the alarms that can be judged: those that were answered, or waited longer than the target.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

TARGETS = ((30, 0.80), (60, 0.985))
"""Seconds, and the share of alarms to be answered within them."""


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """A line of the table; `company_id` None is the whole desk, `begins` None the whole period."""

    begins: date | None
    """First day of its month, or its day."""
    company_id: int | None
    company: str
    alarms: int
    drills: int
    answered: int
    within_30: int
    within_60: int
    judged_30: int
    judged_60: int
    told_at_90: int
    mistaken: int
    dispatched: int
    police: int
    fire: int
    p50: float | None
    p80: float | None
    p95: float | None
    p985: float | None

    def share(self, seconds: int) -> float | None:
        """Share answered in so many seconds; unanswered ones are late, undecided ones left out."""
        within, judged = {
            30: (self.within_30, self.judged_30),
            60: (self.within_60, self.judged_60),
        }[seconds]
        return within / judged if judged else None

    @property
    def percent_30(self) -> float | None:
        return _percent(self.share(30))

    @property
    def percent_60(self) -> float | None:
        return _percent(self.share(60))

    @property
    def meets_targets(self) -> bool | None:
        shares = [(self.share(seconds), wanted) for seconds, wanted in TARGETS]
        known = [share >= wanted for share, wanted in shares if share is not None]
        return all(known) if known else None


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


_ANSWERS = """
WITH answers AS (
  SELECT c.*, date_trunc(%(unit)s, c.requested_at AT TIME ZONE %(zone)s)::date AS begins,
    extract(epoch FROM c.first_claimed_at - c.requested_at)::float8 AS seconds,
    extract(epoch FROM COALESCE(c.first_claimed_at, c.closed_at, clock_timestamp())
      - c.requested_at) AS waited,
    EXISTS (SELECT FROM public.operations_dispatch d WHERE d.case_id = c.id) AS was_dispatched
  FROM public.operations_case c WHERE c.requested_at >= %(since)s AND c.requested_at < %(until)s)
SELECT {begins}, a.company_id, CASE GROUPING(a.company_id)
    WHEN 0 THEN max(t.name) ELSE '' END,
  count(*) FILTER (WHERE drill = 'none'), count(*) FILTER (WHERE drill <> 'none'),
  count(seconds) FILTER (WHERE drill = 'none'),
  count(*) FILTER (WHERE drill = 'none' AND seconds <= 30),
  count(*) FILTER (WHERE drill = 'none' AND seconds <= 60),
  count(*) FILTER (WHERE drill = 'none' AND (seconds IS NOT NULL OR waited > 30)),
  count(*) FILTER (WHERE drill = 'none' AND (seconds IS NOT NULL OR waited > 60)),
  count(*) FILTER (WHERE drill = 'none' AND waited > 90),
  count(*) FILTER (WHERE drill = 'none' AND result = 'mistaken'),
  count(*) FILTER (WHERE drill = 'none' AND was_dispatched),
  count(*) FILTER (WHERE drill = 'none' AND police_called_at IS NOT NULL),
  count(*) FILTER (WHERE drill = 'none' AND fire_called_at IS NOT NULL),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE drill = 'none'),
  percentile_cont(0.8) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE drill = 'none'),
  percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE drill = 'none'),
  percentile_cont(0.985) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE drill = 'none')
FROM answers a JOIN public.tenants_company t ON t.id = a.company_id
GROUP BY GROUPING SETS ({sets})
ORDER BY 1 NULLS FIRST, 2 NULLS FIRST"""


def answer_times(since: datetime, until: datetime) -> list[AnswerTimes]:
    """Answer times over the period, the whole desk first, then each company."""
    return _table("NULL::date", "(), (a.company_id)", "month", since, until)


def monthly(since: datetime, until: datetime) -> list[AnswerTimes]:
    """Answer times of each month, the whole desk, then each company."""
    return _table("a.begins", "(a.begins), (a.begins, a.company_id)", "month", since, until)


def daily(since: datetime, until: datetime) -> list[AnswerTimes]:
    """Answer times of the whole desk, of each day on which something was asked."""
    lines = _table("a.begins", "(a.begins), (a.begins, a.company_id)", "day", since, until)
    return [line for line in lines if line.company_id is None]


def _table(
    begins: str, sets: str, unit: str, since: datetime, until: datetime
) -> list[AnswerTimes]:
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERS.replace("{begins}", begins).replace("{sets}", sets),
            {"since": since, "until": until, "unit": unit, "zone": "Asia/Tokyo"},
        )
        return [AnswerTimes(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class ShiftLine:
    operator_id: UUID
    centre: str
    console: str
    is_lead: bool
    started_at: datetime
    ended_at: datetime | None
    seen_at: datetime
    cases: int


_TAKEN = """
SELECT count(*) FROM public.operations_accessgrant g WHERE g.operator_id = s.operator_id
  AND g.source IN ('claim', 'transfer') AND g.opened_at >= s.started_at
  AND g.opened_at < COALESCE(s.ended_at, 'infinity')"""


def shift_log(since: datetime, until: datetime) -> list[ShiftLine]:
    """Shifts that touch the period, newest first, with how many cases each took."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.operator_id, c.name, s.console, s.is_lead, s.started_at, s.ended_at,"  # noqa: S608
            f" s.seen_at, ({_TAKEN}) FROM public.operations_shift s"
            " JOIN public.operations_centre c ON c.id = s.centre_id"
            " WHERE s.started_at < %s AND COALESCE(s.ended_at, 'infinity') >= %s"
            " ORDER BY s.started_at DESC",
            [until, since],
        )
        return [ShiftLine(*row) for row in cursor.fetchall()]
