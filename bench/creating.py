"""Companies made with a thousand present: by the database in one go, and by stock django-tenants.

The peer is what its documentation shows, save() with auto_create_schema, run as the tables' owner
with Django's own list of tables; it is sampled, because a thousand would take an hour.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figures import Figure, percentile, say, sized
from bench.thousand import thousand

# In a process of its own: as the owner, and without our `migrate`, which knows a shortcut.
STOCK = """
import sys, time
from tenants.models import Company
for number in range(int(sys.argv[1])):
    company = Company(schema_name=f"stock{number}", name="stock")
    company.auto_create_schema = True
    start = time.perf_counter()
    company.save(verbosity=0)
    print("TOOK", time.perf_counter() - start, flush=True)
"""


def figures() -> Iterator[Figure]:
    made = thousand()
    last = made.took[-len(made.took) // 5 :]
    ours, present = percentile(last, 0.5), len(made.phones)
    yield Figure(
        "creating a company: p50", ours, "s", "<= 0.2", f"{present} present, n={len(last)}"
    )
    yield Figure("creating a company: p95", percentile(last, 0.95), "s")
    first = percentile(made.took[: len(last)], 0.5)
    yield Figure("of the first ones: p50", first, "s", note=f"n={len(last)}")
    stock = stock_companies(sized(5, 1))
    peer = percentile(stock, 0.5)
    yield Figure("save() and migrate: p50", peer, "s", note=f"sampled, n={len(stock)}")
    yield Figure("save() and migrate / ours", peer / ours, "x", ">= 8")


def stock_companies(count: int) -> list[float]:
    say(f"django-tenants: {count} companies")
    start = time.perf_counter()
    program = f"import sys; sys.argv = ['', '{count}']\n{STOCK}"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        env=os.environ | {"SOBANI_AS_OWNER": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    say(f"django-tenants: {time.perf_counter() - start:.0f} s")
    return [float(line.split()[1]) for line in done.stdout.splitlines() if line[:4] == "TOOK"]
