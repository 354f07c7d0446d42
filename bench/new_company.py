"""Companies made with a thousand present: from a spare schema, anew, and by stock django-tenants.

The peer is what its documentation shows, save() with auto_create_schema, run as the tables' owner
with Django's own list of tables; sampled in turns with ours.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings

from bench.figures import Figure, percentile, progress, sized
from bench.fixtures import company
from bench.many_companies import many_companies
from tenants.spares import keep_spares

# In a process of its own: as the owner, and without our `migrate`, which knows a shortcut.
STOCK = """
import time
from tenants.models import Company
company = Company(schema_name="stock{number}", name="stock")
company.auto_create_schema = True
start = time.perf_counter()
company.save(verbosity=0)
print("TOOK", time.perf_counter() - start)
"""


def figures() -> Iterator[Figure]:
    present = len(many_companies().phones)
    ahead: list[float] = []
    ours: list[float] = []
    stock: list[float] = []
    turns, many = sized(5, 1), sized(20, 4)
    for turn in progress("turns of ours and stock", range(turns), turns):
        with none_left():
            ours += [company_made(f"more{turn}x{number}") for number in range(many)]
        ahead += [company_made_ahead(f"ahead{turn}x{number}") for number in range(many)]
        stock.append(stock_company(turn))
    own, peer = percentile(ours, 0.5), percentile(stock, 0.5)
    note = f"{present} present, n={len(ours)}"
    yield Figure("company from a spare schema: p50", percentile(ahead, 0.5), "s", "<= 0.2", note)
    yield Figure("company from a spare schema: p95", percentile(ahead, 0.95), "s")
    yield Figure("creating a company: p50", own, "s", "<= 0.2", "none is left")
    yield Figure("creating a company: p95", percentile(ours, 0.95), "s")
    yield Figure("making the thousand: p50", percentile(many_companies().took, 0.5), "s")
    yield Figure("save() and migrate: p50", peer, "s", note=f"sampled, n={len(stock)}")
    yield Figure("save() and migrate / ours", peer / own, "x", ">= 8")


def company_made(schema: str) -> float:
    start = time.perf_counter()
    company(schema)
    return time.perf_counter() - start


@contextmanager
def none_left() -> Iterator[None]:
    """Somebody else holds the spare schemas."""
    with psycopg.connect(settings.DATABASE_OWNER_URL) as other:
        other.execute("SELECT FROM public.spare_schema FOR UPDATE")
        yield
        other.rollback()


def company_made_ahead(schema: str) -> float:
    keep_spares()  # as a timekeeper has done
    return company_made(schema)


def stock_company(number: int) -> float:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", STOCK.format(number=number)],
        env=os.environ | {"SOBANI_AS_OWNER": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return next(float(line.split()[1]) for line in done.stdout.splitlines() if line[:4] == "TOOK")
