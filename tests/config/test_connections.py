"""What every connection is opened with: an end for whatever hangs, by kind of process."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from psycopg import connect

from config.environment import POOLED_CONNECTIONS, TURNS, WEB_CONNECTIONS
from tenants.connections import conninfo

KINDS = {
    "web": ("import config.asgi", ["python", "-c"], ("2s", "10s", "10s")),
    "timekeeper": ("", ["manage.py", "timekeeper"], ("1s", "5s", "10s")),
    "worker": ("", ["/x/celery/__main__.py", "-A", "config", "worker"], ("5s", "2min", "1min")),
    "command": ("", ["manage.py", "migrate"], ("30s", "0", "10min")),
}
LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
ASK = f"""
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in {[*LIMITS, "application_name"]}:
        cursor.execute("SHOW " + name); print(cursor.fetchone()[0])
    cursor.execute("SELECT current_user"); print(cursor.fetchone()[0])
from django.conf import settings
print("pool" in settings.DATABASES["default"]["OPTIONS"])
"""


def answered(kind: str, **environment: str) -> list[str]:
    first, command, _limits = KINDS[kind]
    start = f"import sys; sys.argv = {command!r}; {first}\n{ASK}"
    done = subprocess.run(
        [sys.executable, "-c", start],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_process_gives_up_in_its_own_time(kind: str, django_db_setup: None) -> None:
    """Only the one that serves the web pools its connections."""
    *found, name, _role, pools = answered(kind)
    assert (tuple(found), name) == (KINDS[kind][2], f"sobani {kind}")
    assert pools == str(kind == "web")


def test_anyone_who_migrates_as_owner_waits_forever_for_nothing(django_db_setup: None) -> None:
    limits = KINDS["command"][2]
    *found, _name, role, _pool = answered("command", SOBANI_AS_OWNER="1")
    assert (tuple(found), role) == (limits, "sobani_owner")


def test_what_the_url_says_besides_names_reaches_the_server(django_db_setup: None) -> None:
    """sslmode and its like; here an option, which the server can be asked about."""
    joined = "&" if "?" in settings.DATABASE_URL else "?"
    url = f"{settings.DATABASE_URL}{joined}options=-c%20work_mem%3D5MB"
    start = "from django.db import connection as c; k=c.cursor(); k.execute('SHOW work_mem')"
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {start}; print(k.fetchone()[0])"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": url},
    )
    assert done.stdout.strip() == "5MB"


def test_anyone_who_connects_beside_django_gets_the_same(db: None) -> None:
    names = [*LIMITS, "tcp_keepalives_idle", "tcp_keepalives_count", "tcp_user_timeout"]
    # Over a unix socket the last three are not in force: what was asked for is the reset value.
    ask = "SELECT name, reset_val FROM pg_settings WHERE name = ANY(%s) ORDER BY name"
    with connection.cursor() as cursor, connect(conninfo("probe")) as other:
        cursor.execute(ask, [names])
        found = cursor.fetchall()
        assert other.execute(ask, [names]).fetchall() == found
        assert {"30000", "600000", "10", "3", "20000"} < {value for _name, value in found}
        parameters = other.info.get_parameters()
    assert parameters["application_name"] == "sobani command probe"
    assert (parameters["keepalives_idle"], parameters["connect_timeout"]) == ("10", "3")


def test_the_manual_says_how_many_connections_a_web_process_uses() -> None:
    manual = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    pooled = (
        f"({POOLED_CONNECTIONS} of Django's pool, {TURNS['media']} of the planes for sound, 1 of"
    )
    assert f"plan {WEB_CONNECTIONS} connections for each web process {pooled}" in manual
    for kind, name in {"pages": "pages", "api": "the device API", "sockets": "sockets"}.items():
        assert f"{TURNS[kind]} for {name}" in manual
