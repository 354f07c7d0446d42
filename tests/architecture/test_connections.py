"""Who asks PostgreSQL, for how long, and what is said when it is busy."""

import ast
from collections.abc import Iterator

from django.urls import get_resolver

from tenants.middleware import URLCONFS
from tests.architecture.modules import ROOT, called, names_in, our_modules
from web.busy import failed


def test_no_orm_call_in_an_async_function() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in our_modules()
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert found == []


OPENERS = ("connect", "ConnectionPool", "AsyncConnectionPool", "NullConnectionPool")
LIBRARIES = ("psycopg", "psycopg_pool")


def opened_connections(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that open a connection to PostgreSQL, or a pool of them, without the time limits."""
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).partition(".")[0] in LIBRARIES
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in OPENERS and names_in(node.func) & ours:
            given = ast.unparse(node.args[0]) if node.args else ""
            if not given.startswith("conninfo("):
                yield node


def test_no_connection_is_opened_without_an_end_for_what_hangs() -> None:
    """Django's own come from one function of config.environment, all others from conninfo()."""
    found = [
        f"{path}:{call.lineno}" for path, tree in our_modules() for call in opened_connections(tree)
    ]
    assert found == []
    settings_file = ast.parse((ROOT / "config/settings.py").read_text())
    (databases,) = (
        node.value
        for node in ast.walk(settings_file)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DATABASES"
    )
    assert ast.unparse(databases) == "{'default': env.database(_url)}"


def test_a_connection_without_an_end_would_be_found() -> None:
    tree = ast.parse(
        "import psycopg\nfrom psycopg import AsyncConnection as Line\n"
        "from psycopg_pool import AsyncConnectionPool\npsycopg.connect(url)\nLine.connect(url)\n"
        "AsyncConnectionPool(url)\npsycopg.connect(conninfo('x'))\nsocket.connect(url)"
    )
    assert [call.lineno for call in opened_connections(tree)] == [4, 5, 6]


def test_every_kind_of_host_says_politely_that_the_database_is_busy() -> None:
    assert {get_resolver(one).resolve_error_handler(500) for one in URLCONFS.values()} == {failed}
