"""One company is stuck, or one peer vanished: nobody else waits, and what waited is not lost."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import requests
from django.conf import settings
from django.db import transaction

from incidents.log import next_number
from incidents.models import Incident, Tap
from people.provisioning.tokens import issue_token
from tenants.context import run_in
from tests.conftest import person
from tests.live.conftest import Live, LivePhone, Server, free_port, new_live
from tests.support.locks import lock_waits

TAPS = 20 if "PROVE" in os.environ else 8
HALF = settings.TURNS["api"] // 2
PATIENCE = 40
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
AWAY = {"DATABASE_URL": NOWHERE, "DATABASE_OWNER_URL": NOWHERE}
BUSY_PAGE = "ただいま混み合っています"


@pytest.fixture
def globex(live: Live) -> Live:
    """Another company of the same server."""
    return new_live(live.server)


@contextmanager
def locked(*tables: str) -> Iterator[psycopg.Connection]:
    """Somebody has these and does not let go."""
    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        owner.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE".encode())
        yield owner
        owner.rollback()


def until_waiting(count: int) -> None:
    while len(lock_waits()) < count:
        time.sleep(0.02)


def tapped(phone: LivePhone, tap_id: str) -> requests.Response:
    headers = {"Host": phone.live.host, "Authorization": f"Bearer {phone.token}"}
    return requests.post(
        f"{phone.live.url}/api/v1/incidents",
        json={"tap_id": tap_id},
        headers=headers,
        timeout=PATIENCE,
    )


def seen(server: Server, path: str, host: str = "", method: str = "GET") -> requests.Response:
    return requests.request(
        method,
        f"http://127.0.0.1:{server.port}{path}",
        headers={"Host": f"{host or 'localhost'}:{server.port}"},
        timeout=PATIENCE,
    )


def test_taps_of_a_stuck_company_hold_up_nobody_and_are_not_lost(
    live: Live, phone: LivePhone, globex: Live
) -> None:
    taps, other = [str(uuid.uuid4()) for _ in range(TAPS)], globex.enrol()
    with ThreadPoolExecutor(TAPS) as crowd:
        with locked(f"{live.company.schema}.incidents_tap"):
            pressing = [crowd.submit(tapped, phone, tap_id) for tap_id in taps]
            until_waiting(HALF)
            assert tapped(other, str(uuid.uuid4())).status_code == 201
            assert seen(live.server, "/accounts/login/", globex.company.schema + ".localhost").ok
            assert seen(live.server, "/livez").json() == {"status": "ok"}
            assert seen(live.server, "/readyz").json() == {"status": "ok"}
            assert "checks" in seen(live.server, "/health/").json()
            assert len(lock_waits()) <= HALF
            assert not any(one.done() and one.result().ok for one in pressing)
            refused = [one.result() for one in pressing]
        assert {(one.status_code, one.json()["code"]) for one in refused} == {(503, "busy")}
        assert {one.headers["Retry-After"] for one in refused} == {"1"}
        again = list(crowd.map(lambda tap_id: tapped(phone, tap_id), taps))
    assert sorted(one.status_code for one in again) == [200] * (TAPS - 1) + [201]
    assert run_in(live.company, Incident.objects.count) == 1
    kept = run_in(live.company, lambda: set(Tap.objects.values_list("tap_id", flat=True)))
    assert kept == {uuid.UUID(tap_id) for tap_id in taps}


def scim_token(live: Live) -> str:
    return run_in(live.company, lambda: issue_token(name="x", by=person("hanna"))[1])


def test_whatever_cannot_be_read_just_now_asks_to_come_again(live: Live, phone: LivePhone) -> None:
    """In a view, in a middleware, in the API, in the planes for sound, in SCIM: never an error."""
    boris, unit = live.browser("boris"), f"/ingest/{uuid.uuid4()}"
    scim = {"Host": live.host, "Authorization": f"Bearer {scim_token(live)}"}
    schema = live.company.schema

    def page(path: str, **request: Any) -> requests.Response:
        return boris.request(
            request.pop("method", "GET"), live.url + path, timeout=PATIENCE, **request
        )

    doors: dict[str, Callable[[], requests.Response]] = {
        "people_employee": lambda: page("/portal/"),
        "django_session": lambda: page("/portal/"),
        "accounts_user": lambda: page("/portal/", headers={"Cookie": boris.headers["Cookie"]}),
        "people_device": lambda: phone.send("GET", "/api/v1/device"),
        "recordings_recording": lambda: phone.send("GET", unit),
        "people_provisioningtoken": lambda: requests.get(
            f"{live.url}/scim/v2/Users", headers=scim, timeout=PATIENCE
        ),
    }
    for table, ask in doors.items():
        with locked(f"{schema}.{table}"):
            answer = ask()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1"), table
        is_page = table in {"people_employee", "django_session", "accounts_user"}
        assert (BUSY_PAGE in answer.text) == is_page, table
    with locked("public.tenants_domain"):
        nobodys = seen(live.server, "/", f"{uuid.uuid4()}.localhost")
    assert (nobodys.status_code, nobodys.headers["Retry-After"]) == (503, "1")


def test_a_number_that_a_stuck_tap_has_taken_holds_up_no_other_tap(
    live: Live, phone: LivePhone
) -> None:
    def stuck() -> tuple[int, requests.Response]:
        with transaction.atomic():
            (taken, _now), answer = next_number(), tapped(phone, str(uuid.uuid4()))
            transaction.set_rollback(True)
            return taken, answer

    taken, answer = run_in(live.company, stuck)
    assert answer.status_code == 201
    number = run_in(live.company, lambda: Incident.objects.get().number)
    assert (taken, number) == (1, 2)


FROZEN = """
import os, signal
from config import environment
environment.process = "web"
import django; django.setup()
from django.db import connection, transaction
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("LOCK TABLE {schema}.incidents_tap IN EXCLUSIVE MODE")
    print("has it", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
    try:
        cursor.execute("SELECT 1")
    except Exception as error:
        print(type(error.__cause__).__name__, flush=True)
        os._exit(0)
"""


def test_anyone_who_vanishes_in_the_middle_of_a_tap_is_not_waited_for(
    live: Live, phone: LivePhone
) -> None:
    """Its connection stays open, as that of a host without power does; the database ends it."""
    frozen = subprocess.Popen(
        [sys.executable, "-c", FROZEN.format(schema=live.company.schema)],
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
    )
    assert frozen.stdout is not None
    assert frozen.stdout.readline() == "has it\n"
    tap_id = str(uuid.uuid4())
    try:
        assert tapped(phone, tap_id).status_code == 503
        while (answer := tapped(phone, tap_id)).status_code == 503:
            time.sleep(0.2)
        assert answer.status_code == 201
    finally:
        frozen.send_signal(signal.SIGCONT)
    assert frozen.communicate(timeout=20)[0] in {
        "IdleInTransactionSessionTimeout\n",
        "OperationalError\n",
    }


@pytest.fixture
def cut_off() -> Iterator[Server]:
    """A web process whose database is away."""
    server = Server(free_port(), environment=AWAY, roles=("web",))
    server.start()
    yield server
    server.stop()


def test_without_a_database_a_process_lives_is_not_ready_and_refuses_politely(
    cut_off: Server,
) -> None:
    assert seen(cut_off, "/livez").json() == {"status": "ok"}
    ready = seen(cut_off, "/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "the database does not answer")
    page = seen(cut_off, "/portal/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "1")
    assert BUSY_PAGE in page.text
    tap = seen(cut_off, "/api/v1/incidents", method="POST")
    assert (tap.status_code, tap.json()["code"]) == (503, "busy")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_need_no_host_and_change_nothing(server: Server, path: str) -> None:
    for host in ("nobody.example", "ops.localhost"):
        answer = seen(server, path, host)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    head = seen(server, path, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert seen(server, path, method="POST").status_code == 405
    with socket.create_connection(("127.0.0.1", server.port)) as line:  # no Host at all
        line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 200")
