"""Walking the models and the modules of our rooms, and reading what stands in them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

ROOT = Path(settings.BASE_DIR)
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


def our_models() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model._meta.app_label in FLOORS:
            yield model


def our_modules() -> Iterator[tuple[Path, ast.Module]]:
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text())


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
