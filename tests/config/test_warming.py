"""What a process has done before it takes its first request, so that no tap pays for it."""

import json
import os
import subprocess
import sys

BEGIN = """
import asyncio, json, os
from config import asgi
from django.db import connection
from django.template import engines
from django.urls import get_resolver
from tenants.middleware import URLCONFS

def found():
    kept = engines["django"].engine.template_loaders[0].get_template_cache
    return {
        "addresses": [get_resolver(one)._populated for one in URLCONFS.values()],
        "templates": len(kept) > 100,
        "connections": connection.pool.get_stats()["pool_min"] <= len(connection.pool._pool),
        "asked the database": connection.pool.get_stats().get("requests_num", 0) >= 3,
    }

async def begin():
    coming, seen = ["startup", "shutdown"], []

    async def receive():
        return {"type": f"lifespan.{coming.pop(0)}"}

    async def send(message):
        seen.append(found())

    before = found()
    await asgi.application({"type": "lifespan"}, receive, send)
    return before, seen[0]

print(json.dumps(asyncio.run(begin())))
connection.pool.close()
"""


def test_a_process_is_warm_before_it_says_that_it_has_started(django_db_setup: None) -> None:
    """Addresses of all kinds of host, templates, connections, a refused tap and a page."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    before, begun = json.loads(done.stdout)
    assert before == {
        "addresses": [False] * 3,
        "templates": False,
        "connections": False,
        "asked the database": False,
    }
    assert begun == {
        "addresses": [True] * 3,
        "templates": True,
        "connections": True,
        "asked the database": True,
    }
    assert "Unauthorized: /api/v1/incidents" in done.stderr
    assert "not_warm" not in done.stderr
