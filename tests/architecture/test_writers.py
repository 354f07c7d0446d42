"""What only one place writes, and what is written so that the log hears it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from auditlog.registry import auditlog

from escalation.rows import COLUMNS
from tests.architecture.modules import FLOORS, ROOT, files_in, our_modules


def writes_of_the_response(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls on incidents that set a column of the response."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        names = {inner.id for inner in ast.walk(node.func) if isinstance(inner, ast.Name)}
        columns = {keyword.arg for keyword in node.keywords} & {
            *COLUMNS,
            "turn",
            "next_move",
            "state",
        }
        if node.func.attr in {"update", "create"} and "Incident" in names and columns:
            yield node


def test_only_apply_writes_the_response_of_an_incident() -> None:
    """`escalation.rows` inserts and stores the row, for `next_move.begin` and `next_move.apply`."""
    allowed = {Path("escalation/rows.py")}
    found = [
        f"{path}:{call.lineno}"
        for path, tree in our_modules()
        if path not in allowed
        for call in writes_of_the_response(tree)
    ]
    assert found == []
    bad = "Incident.objects.filter(pk=1).update(coming_at=Now())"
    assert len(list(writes_of_the_response(ast.parse(bad)))) == 1


BY_HAND = re.compile(r"(?:INSERT INTO|UPDATE) incidents_incident\b")


def test_no_statement_elsewhere_writes_an_incident_by_hand() -> None:
    found = {path for path in files_in(*FLOORS) if BY_HAND.search((ROOT / path).read_text())}
    assert found == {Path("escalation/rows.py")}


def tracked() -> dict[str, set[str]]:
    """Models whose changes are logged, and their fields that are not."""
    return {
        model.__name__: set(auditlog.get_model_fields(model)["exclude_fields"])
        for model in auditlog.get_models()
    }


PAST_SAVE = {"update", "bulk_create", "bulk_update", "_raw_delete"}


def silent_changes(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls on ``Model.objects…`` of a tracked model that go past save() and so past the log."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in PAST_SAVE:
            continue
        names = {inner.id for inner in ast.walk(node.func) if isinstance(inner, ast.Name)}
        for model in names & set(tracked()):
            fields = {keyword.arg for keyword in node.keywords}
            if node.func.attr != "update" or not fields or not fields <= tracked()[model]:
                yield node


def test_what_is_logged_is_changed_by_save() -> None:
    """django-auditlog hears save() and delete() only: update() and bulk_* would be silent."""
    found = [
        f"{path}:{node.lineno}" for path, tree in our_modules() for node in silent_changes(tree)
    ]
    assert found == []


def test_a_silent_change_would_be_found() -> None:
    bad = "Device.objects.filter(employee=anna).update(revoked_at=now)"
    worse = "Employee.objects.bulk_create(rows)"
    good = "Device.objects.filter(pk=1).update(last_seen_at=now)"
    found = [len(list(silent_changes(ast.parse(text)))) for text in (bad, worse, good)]
    assert found == [1, 1, 0]


def test_only_one_place_gives_out_enrolment_codes() -> None:
    """It asks first whether the purpose of recording was published; demo is for trying out."""
    allowed = {Path("people/devices/services.py"), Path("readiness/enrolment.py")}
    issuing = {"issue", "issue_code", "issue_codes"}
    for path, module in our_modules():
        if path in allowed or path.parts[0] == "demo":
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and node.module == "people.devices.services":
                assert not issuing & {name.name for name in node.names}, path
