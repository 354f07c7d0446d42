"""The lists that a supervisor's pages read, in a company with 100,000 alarms behind it.

Two companies with the same ten open alarms; one of them has a hundredfold of closed ones, each with
eight lines in its record and a call to the same supervisor. Asked for in turns through the real
views.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from accounts import second_factor
from accounts.models import User
from bench.figures import Figure, percentile, progress, say, settle, sized
from bench.fixtures import QUICK_HASHES, company, phone_of
from demo.data import ACME
from demo.seed import fill
from people.models import Device, Employee
from tenants.context import run_in
from tenants.models import Company

OPEN = 10
LINES = 8
YEARS = "2 years"
ALL, FEW = 100_000, 1_000

# One after the other through the years; the newest are open, each of somebody else.
INCIDENTS = """
INSERT INTO incidents_incident (public_id, number, reporter_id, device_id, level, drill, silent,
  state, opened_at, closed_at, closed_by_kind, closed_by_name, outcome, turn, next_move,
  next_move_at, desk, desk_turn, desk_result, round, lap, presses, told_110, reminders)
SELECT gen_random_uuid(), n, (%(people)s)[1 + n %% cardinality(%(people)s)], %(device)s, 'alarm',
  'none', true, state, at, closed_at, '', '', CASE state WHEN 'closed' THEN 'resolved' ELSE '' END,
  1, CASE state WHEN 'open' THEN 'call' END, CASE state WHEN 'open' THEN now() END,
  'none', 0, '', 1, 0, 0, false, 0
FROM (SELECT n, CASE WHEN n > %(many)s - %(open)s THEN 'open' ELSE 'closed' END AS state,
    now() - (%(many)s - n) * interval %(years)s / %(many)s AS at,
    CASE WHEN n <= %(many)s - %(open)s
      THEN now() - (%(many)s - n) * interval %(years)s / %(many)s + interval '5 minutes' END
      AS closed_at
  FROM generate_series(1, %(many)s) AS n) AS made"""
EVENTS = """
INSERT INTO incidents_incidentevent
  (incident_id, kind, actor_kind, actor_id, actor_name, at, payload)
SELECT id, CASE line WHEN 0 THEN 'opened' ELSE 'called' END, 'clock', '', '',
  opened_at + line * interval '20 seconds', '{}'
FROM incidents_incident, generate_series(0, %(lines)s - 1) AS line ORDER BY opened_at, line"""
NOTICES = """
INSERT INTO notifications_notice
  (public_id, recipient_user_id, kind, title, body, path, incident_id, drill, dedupe, created_at)
SELECT gen_random_uuid(), %(boris)s, 'alarm', 'x', '', '', public_id, false, 'bench:' || id,
  opened_at
FROM incidents_incident"""

TABLES = ("incidents_incident", "incidents_incidentevent", "notifications_notice")


def figures() -> Iterator[Figure]:
    few, many = _lived_in("listfew", sized(FEW, 100)), _lived_in("listmany", sized(ALL, 1000))
    settle()
    for name, path, who, reach in PAGES:
        yield from _compared(name, _signed_in(few, who), _signed_in(many, who), path, reach)


PAGES: tuple[tuple[str, Callable[[], str], str, str], ...] = (
    ("open list", lambda: "/portal/open/", "boris", "<= 20"),
    ("poll", lambda: f"/portal/poll?since={int(time.time() * 1000) - 2000}", "boris", "<= 20"),
    ("history", lambda: "/portal/", "boris", ""),
    ("HR's list", lambda: "/admin/incidents/incident/", "hanna", ""),
)


def _compared(
    name: str, few: Client, many: Client, path: Callable[[], str], reach: str
) -> Iterator[Figure]:
    took: dict[Client, list[float]] = {few: [], many: []}
    for browser in took:
        for _warm in range(5):
            _seconds(browser, path())
    turns = sized(200, 10)
    for _turn in progress(name, range(turns), turns):
        for browser, seconds in took.items():
            seconds.append(_seconds(browser, path()))
    small, large = (percentile(seconds, 0.95) * 1000 for seconds in took.values())
    yield Figure(f"{name}, {sized(FEW, 100)} alarms: p95", small, "ms", note=_note(took[few]))
    yield Figure(f"{name}, {sized(ALL, 1000)} alarms: p95", large, "ms", reach, _note(took[many]))
    yield Figure(f"{name}, many / few", large / small, "x")


def _note(seconds: list[float]) -> str:
    return f"p50 {percentile(seconds, 0.5) * 1000:.1f}, n={len(seconds)}"


def _seconds(browser: Client, path: str) -> float:
    start = time.perf_counter()
    answer = browser.get(path)
    assert answer.status_code == 200, answer
    return time.perf_counter() - start


def _signed_in(company: Company, username: str) -> Client:
    client = Client(headers={"Host": f"{company.schema}.localhost"})

    def sign_in() -> None:
        client.force_login(User.objects.get(username=username))
        session = client.session
        second_factor.vouch(session, "demo")
        session.save()

    run_in(company, sign_in)
    return client


@override_settings(PASSWORD_HASHERS=QUICK_HASHES)
def _lived_in(schema: str, many: int) -> Company:
    say(f"{many} alarms in {schema}")
    made = company(schema)
    run_in(made, fill, ACME)
    run_in(made, _alarms, schema, many)
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        for table in TABLES:  # as autovacuum would have done meanwhile
            owner.execute(f"VACUUM ANALYZE {schema}.{table}".encode())
    return made


def _alarms(schema: str, many: int) -> None:
    """Of those for whom boris answers."""
    counter = Employee.objects.get(number="020182")
    phone_of(schema, counter)
    people = list(Employee.objects.order_by("pk").values_list("pk", flat=True))
    facts: dict[str, Any] = {
        "people": people,
        "device": Device.objects.get().pk,
        "many": many,
        "open": OPEN,
        "years": YEARS,
        "lines": LINES,
        "boris": User.objects.get(username="boris").pk,
    }
    with connection.cursor() as cursor:
        for statement in (INCIDENTS, EVENTS, NOTICES):
            cursor.execute(statement, facts)
