"""The operators' queue over ten companies and over a thousand: 200 open cases either way."""

import time
import uuid
from collections.abc import Iterator, Sequence

from bench.figures import Figure, percentile, progress, settle, sized
from operations.models import Case
from operations.selectors import queue
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company

OPEN, CLOSED = 200, 10_000


def figures() -> Iterator[Figure]:
    few = [_company(number) for number in range(10)]
    _looked(few)
    more = sized(990, 40)
    many = [*few, *(_company(10 + n) for n in progress("companies", range(more), more))]
    ten: list[float] = []
    thousand: list[float] = []
    for _turn in range(4):  # in turns, so that a machine that is busy for a while is busy for both
        ten += _looked(few)
        thousand += _looked(many)
    yield Figure("queue, 10 companies: p95", percentile(ten, 0.95), "s", note=f"{OPEN} open")
    yield Figure(f"queue, {len(many)} companies: p95", percentile(thousand, 0.95), "s")
    ratio = percentile(thousand, 0.95) / percentile(ten, 0.95)
    yield Figure(f"{len(many)} companies / 10", ratio, "x", "<= 1.2", f"n={len(ten)} each")


def _company(number: int) -> Company:
    schema = f"queue{number:04d}"
    return create_company(name=schema, schema=schema, domain=f"{schema}.localhost", support=True)


def _looked(companies: Sequence[Company]) -> list[float]:
    """Seconds that each look took, with the same number of cases spread over these companies."""
    _spread(companies)
    ops = Company.objects.get(schema_name="ops")
    settle()
    for _warm in range(10):
        run_in(ops, queue)
    return [_seconds(ops) for _look in range(sized(100, 10))]


def _spread(companies: Sequence[Company]) -> None:
    Case.objects.filter(site_name="bench").delete()
    Case.objects.bulk_create(
        Case(
            company=companies[number * 7919 % len(companies)],
            incident_id=uuid.uuid4(),
            number=number,
            site_name="bench",
            level="support",
            source="employee",
            **({"state": "closed", "closed_at": "2026-01-01T00:00:00Z"} if number >= OPEN else {}),
        )
        for number in range(OPEN + CLOSED)
    )


def _seconds(ops: Company) -> float:
    start = time.perf_counter()
    assert len(run_in(ops, queue)) >= OPEN
    return time.perf_counter() - start
