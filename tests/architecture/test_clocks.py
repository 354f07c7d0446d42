"""Whose clock counts where deadlines are made."""

import ast
from collections.abc import Iterator

from tests.architecture.modules import our_modules

# Deadlines are made here: a web host's clock that is wrong must not call everybody at once.
MAKE_DEADLINES = ("escalation/", "jobs/", "operations/ladder.py")
TELLS_HOW_WRONG_IT_IS = "jobs/clock.py"
PROCESS_CLOCKS = {"now", "utcnow", "today", "localtime", "localdate", "time"}


def reads_of_the_process_clock(tree: ast.AST) -> Iterator[ast.Call]:
    """`timezone.now()`, `localtime()` and their like, without the database's moment in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            clock = ast.unparse(node.func.value) in {"timezone", "datetime", "date", "time"}
            if clock and node.func.attr in PROCESS_CLOCKS and not node.args:
                yield node


# Nobody has entered a company here: whose day it is has to be said.
OUTSIDE_COMPANIES = ("web/", "tenants/", "jobs/", "companies/", "recordings/media/", "config/")
DAYS = {"localdate", "localtime", "today", "get_current_timezone"}
WAYS_IN = {"schema_context", "tenant_context", "enter_schema", "set_schema", "set_tenant"}
MAY_ENTER = {"tenants/schemas.py", "tenants/context.py"}


def days_of_nobody(tree: ast.AST) -> Iterator[ast.Call]:
    """`timezone.localdate()` and its like without a zone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            has_zone = len(node.args) > 1 or any(one.arg == "timezone" for one in node.keywords)
            if node.func.attr in DAYS and not has_zone:
                yield node


def test_outside_a_company_it_is_said_whose_day_it_is() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in our_modules()
        if str(path).startswith(OUTSIDE_COMPANIES)
        for call in days_of_nobody(tree)
    ]
    assert found == []
    bad = "timezone.localdate(); localtime.now(); timezone.localtime(at); localdate(timezone=zone)"
    assert len(list(days_of_nobody(ast.parse(bad)))) == 2


def test_who_enters_a_company_enters_its_day() -> None:
    """`tenants.context.inside` is the one way: a schema without its time zone is half a company."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in our_modules()
        if str(path) not in MAY_ENTER
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in WAYS_IN
    ]
    assert found == []


def test_only_the_databases_clock_counts_where_deadlines_are_made() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, tree in our_modules()
        if str(path).startswith(MAKE_DEADLINES) and str(path) != TELLS_HOW_WRONG_IT_IS
        for call in reads_of_the_process_clock(tree)
    ]
    assert found == []
    bad = "timezone.now() - due; timezone.localtime(); datetime.now(); timezone.localdate(moment)"
    assert len(list(reads_of_the_process_clock(ast.parse(bad)))) == 3
