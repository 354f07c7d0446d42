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
