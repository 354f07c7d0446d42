"""What import-linter cannot see of the floors."""

import ast

from django.db.models import ForeignKey, signals

from tests.architecture.models import our_models
from tests.architecture.modules import FLOORS, our_modules


def test_foreign_keys_point_down() -> None:
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model._meta.app_label in FLOORS:
                below = FLOORS.index(field.related_model._meta.app_label)
                assert below <= FLOORS.index(model._meta.app_label), field


def test_nobody_listens_to_model_signals() -> None:
    for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete):
        receivers = [str(weak) for _key, weak, *_rest in signal.receivers]
        assert not [one for one in receivers if any(f" {floor}." in one for floor in FLOORS)]


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for path, tree in our_modules()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_screen_opens_a_transaction() -> None:
    """What belongs together is a verb of a room below, which anybody may call."""
    opened = [
        f"{path}:{node.lineno}"
        for path, tree in our_modules()
        if path.parts[0] == "portal"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.db"
        and any(name.name == "transaction" for name in node.names)
    ]
    assert not opened
