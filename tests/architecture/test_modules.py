"""Where things are defined, and what modules and classes are called."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.models import our_models
from tests.architecture.modules import files_in, imported, our_modules, parsed

ABSTRACT = {Path("web/singleton.py")}
"""What tables are made of, where a room has none itself."""
ONCE_PER_COMMAND = {"Command"}
DEFINED_TWICE = {"User"}
"""scim2 publishes the name of its class as that of the schema."""
NOUNS = {"mapping", "parsing", "provisioning", "wellbeing"}
"""What ends like a gerund and is the field's own noun."""


def is_for_models(module: str) -> bool:
    return "models" in module.split(".")[1:]


def model_classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and "models.Model" in map(ast.unparse, node.bases):
            yield node


def test_models_live_in_models() -> None:
    assert [one for one in our_models() if not is_for_models(one.__module__)] == []
    elsewhere = {
        path
        for path, tree in our_modules()
        if not is_for_models(".".join(path.with_suffix("").parts))
        for _one in model_classes(tree)
    }
    assert elsewhere == ABSTRACT


def test_a_model_elsewhere_would_be_found() -> None:
    tree = ast.parse("class Note(models.Model): pass\nclass NoteForm(forms.Form): pass")
    assert [one.name for one in model_classes(tree)] == ["Note"]
    found = [is_for_models(one) for one in ("people.models.site", "people.notes", "models.notes")]
    assert found == [True, False, False]


def defined_twice(modules: Iterable[tuple[Path, ast.Module]]) -> dict[str, list[Path]]:
    """Names of classes that more than one module defines; nested ones belong to their outer."""
    places = defaultdict(list)
    for path, tree in modules:
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path)
    return {name: paths for name, paths in places.items() if len(paths) > 1}


def test_a_class_name_is_defined_once() -> None:
    found = defined_twice(our_modules())
    assert {name: found[name] for name in found.keys() - ONCE_PER_COMMAND - DEFINED_TWICE} == {}


def test_a_second_class_of_a_name_would_be_found() -> None:
    tree = ast.parse("class Shift:\n    class Meta: pass")
    other = ast.parse("class Shift: pass\nclass Meta: pass")
    paths = [Path("people/shifts.py"), Path("operations/shifts.py")]
    assert defined_twice(zip(paths, (tree, other), strict=True)) == {"Shift": paths}


def gerunds(path: Path) -> list[str]:
    names = path.with_suffix("").parts
    return [name for name in names if name.endswith("ing") and name not in NOUNS]


def test_no_module_is_named_by_what_it_does() -> None:
    paths = [*(path for path, _tree in our_modules()), *files_in("bench")]
    assert [path for path in paths if gerunds(path)] == []


def test_a_gerund_would_be_found() -> None:
    assert gerunds(Path("jobs/running.py")) == ["running"]
    assert gerunds(Path("people/calling/rings.py")) == ["calling"]
    assert gerunds(Path("wellbeing/provisioning.py")) == []


def taken_from_tests(tree: ast.Module) -> list[str]:
    """Imports of what pytest collects: it belongs to one test, and would be run twice."""
    parts = (name.split(".") for name in imported(tree))
    return [".".join(one) for one in parts if any(part.startswith("test_") for part in one[:-1])]


def test_nothing_is_imported_from_a_test() -> None:
    found = {path: taken_from_tests(parsed(path)) for path in files_in("tests", "bench")}
    assert {path: names for path, names in found.items() if names} == {}


def test_an_import_from_a_test_would_be_found() -> None:
    tree = ast.parse("from tests.people.test_sites import site\nfrom tests.peers import free_port")
    assert taken_from_tests(tree) == ["tests.people.test_sites.site"]
