"""Taking jobs. One statement claims, by the database's clock; the claim is committed before the
work begins, so a job that ends its process has left a trace."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from jobs.models import Job, Urgency
from jobs.registry import handlers
from tenants.models import Company

MOST_FAILURES = 12
SILENT_AFTER = timedelta(seconds=5)
"""A holder without a sign of life for so long has ended; what it had begun is free."""
LONGEST_TRANSACTION = timedelta(seconds=15)
"""What was promised so long before it was committed is found by the next full look."""
EVER = datetime.min.replace(tzinfo=UTC)

LAZILY = "set_config('synchronous_commit', 'off', true)"
"""In a statement whose commit may be forgotten by a crash of the database, because what it says is
repeated then without harm: see decision 19."""

# As the function returns them, and in the order of the models, whose other columns are read when
# somebody asks for them.
_OF_JOB = (
    *("id", "company_id", "kind", "key", "lane", "crew", "urgency", "payload", "state"),
    *("due_at", "attempts", "failures", "lease_by"),
)
_OF_COMPANY = ("id", "schema_name", "time_zone", "is_suspended")
_CLAIM = f"""
SELECT {LAZILY}, * FROM public.claim_due_jobs(%(lane)s::smallint, %(crews)s::text[],
  %(urgencies)s::smallint[], %(from)s::timestamptz[], %(kinds)s::text[], %(full)s::bigint[],
  %(most)s, %(state)s, %(me)s, %(lease)s)"""  # noqa: S608 - our own words
_FREE_OVERDUE = """
UPDATE public.jobs_job SET lease_until = NULL,
  state = CASE WHEN state = 'leased' AND failures + 1 >= %(most)s THEN 'dead' ELSE 'pending' END,
  failures = failures + (state = 'leased')::int,
  last_error = CASE WHEN state = 'leased' THEN 'its process ended or stood still'
    ELSE last_error END
WHERE id IN (SELECT id FROM public.jobs_job WHERE state IN ('leased', 'handed') AND (
    lease_until < statement_timestamp() OR state = 'leased' AND lease_by IN (
      SELECT name FROM public.jobs_heartbeat WHERE at < statement_timestamp() - %(silent)s))
  FOR UPDATE SKIP LOCKED)"""
_NEXT_DUE = """
SELECT * FROM public.next_due_job(%(lane)s::smallint, %(crews)s::text[],
  %(looked_at)s::timestamptz[], %(urgencies)s::smallint[])"""


@dataclass(slots=True)
class Marks:
    """Marks from where on a crew looks for work: everything before was claimed.

    Rows that are gone stay in the index for as long as any transaction could still see them; one
    that goes on for an hour would have every claim read an hour of them.
    """

    at: dict[int, datetime] = field(default_factory=dict)
    looked_at: datetime = EVER
    """When it was looked for work last."""

    def start(self, urgency: int) -> datetime:
        mark = self.at.get(urgency)
        return EVER if mark is None else mark - LONGEST_TRANSACTION

    def note(self, claimed: Sequence[Job], now: datetime, *, all_of_them: bool) -> None:
        for urgency in Urgency.values:
            due = [job.due_at for job in claimed if job.urgency == urgency]
            if all_of_them:
                self.at[urgency] = now
            elif due:
                self.at[urgency] = max(due)

    def forget(self) -> None:
        self.at.clear()


@dataclass(frozen=True, slots=True)
class Claim:
    """A request for jobs: for whom, of which crews, for how long, and how many at most."""

    lane: int
    crews: Sequence[str]
    me: str
    lease: timedelta
    most: int = 1
    state: Job.State = Job.State.LEASED
    full: Collection[int] = ()
    """Companies that have their share of this crew already."""


def claim(wanted: Claim, marks: Marks | None = None) -> list[Job]:
    """Claim the most urgent due jobs until the lease ends."""
    marks = marks or Marks()
    lines = [(crew, urgency) for urgency in Urgency.values for crew in wanted.crews]
    values = {
        "crews": [crew for crew, _urgency in lines],
        "urgencies": [urgency for _crew, urgency in lines],
        "from": [marks.start(urgency) for _crew, urgency in lines],
        "lane": wanted.lane,
        "kinds": list(handlers),
        "full": list(wanted.full),
        "most": wanted.most,
        "state": wanted.state,
        "me": wanted.me,
        "lease": wanted.lease,
    }
    rows = _rows(_CLAIM, values)
    jobs = [_job(row[2:]) for row in rows if row[2] is not None]
    marks.looked_at = rows[0][1]
    if not wanted.full:
        marks.note(jobs, marks.looked_at, all_of_them=len(jobs) < wanted.most)
    return jobs


def _job(row: tuple[Any, ...]) -> Job:
    values = dict(zip(_OF_JOB, row, strict=False))
    values["payload"] = json.loads(values["payload"])
    schema, is_suspended, time_zone = row[len(_OF_JOB) :]
    company = (values["company_id"], schema, time_zone, is_suspended)
    job = Job.from_db(connection.alias, _OF_JOB, list(values.values()))
    job.company = Company.from_db(connection.alias, _OF_COMPANY, company)
    return job


def free_overdue() -> int:
    """Free jobs with an expired lease; give up those that ended their process too often.

    A job that runs in a transaction keeps its row locked and is never taken from its holder.
    """
    values: dict[str, Any] = {"most": MOST_FAILURES, "silent": SILENT_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(_FREE_OVERDUE, values)
        return int(cursor.rowcount)


def next_due(lane: int, looked_at: Mapping[str, datetime]) -> tuple[str, float] | None:
    """Whose work comes due next, and in how many seconds, from when it was looked for each crew
    last. What was due then is somebody else's, or waits for a company's share: no reason to look
    again at once. What has come due since is one."""
    values = {
        "lane": lane,
        "crews": list(looked_at),
        "looked_at": list(looked_at.values()),
        "urgencies": Urgency.values,
    }
    found = _rows(_NEXT_DUE, values)
    return found[0] if found else None


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
