"""Database connections opened beside Django: the same settings, and the same limits."""

from typing import Any

from django.db import connections
from psycopg.conninfo import make_conninfo

DJANGOS_OWN = {"context", "cursor_factory", "prepare_threshold"}


def conninfo(what_for: str) -> str:
    """Connection string of Django's database, the same in tests and servers, with the limits of
    this kind of process. Seen in pg_stat_activity as this process and ``what_for``."""
    known: dict[str, Any] = connections["default"].get_connection_params()
    given = {name: value for name, value in known.items() if name not in DJANGOS_OWN}
    name = f"{known['application_name']} {what_for}"
    return make_conninfo("", **given | {"application_name": name})
