"""Walking the modules of our rooms, and reading what stands in them. Needs no settings."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = [
    "launcher",
    "web",
    "tenants",
    "jobs",
    "audit",
    "accounts",
    "people",
    "notifications",
    "operations",
    "incidents",
    "recordings",
    "wellbeing",
    "escalation",
    "companies",
    "readiness",
    "gateways",
    "portal",
    "demo",
    "config",
]


def files_in(*folders: str) -> Iterator[Path]:
    """The Python files of these folders of the project, without migrations."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def our_modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in files_in(*FLOORS):
        yield path, parsed(path)


def in_rooms() -> Iterator[tuple[str, ast.Module]]:
    return ((str(path), tree) for path, tree in our_modules() if path.parts[0] != "launcher")


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def literals_in(value: ast.expr | None) -> Iterator[ast.Constant]:
    """`"a" if again else "b"` holds two; a part of an f-string is none."""
    if isinstance(value, ast.IfExp):
        yield from literals_in(value.body)
        yield from literals_in(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value
