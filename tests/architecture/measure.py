"""The shape of the code in numbers: `python -m tests.architecture.measure [key of an admin list]`.

Rooms and their order are those of `.importlinter`. A part is what stands one level below a room:
a module or a package of it. Imports for the type checker alone do not count.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

from tests.architecture.modules import ROOT, files_in, parsed

Graph = dict[str, set[str]]
FORMATTER = "fmt"  # apart, so that this file is not found by the guard
MARKS = (f"# {FORMATTER}: skip", "# type: ignore", "whoever")
LEVELS = (("rooms", 1), ("parts of rooms", 2))


def layers() -> list[list[str]]:
    """From the top to the bottom."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    lines = contracts["importlinter:contract:floors"]["layers"].split("\n")
    return [[room.strip() for room in line.split("|")] for line in lines if line]


def imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (one.name for one in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{one.name}" for one in node.names)
    for child in ast.iter_child_nodes(node):
        yield from imports(child)


def module_graph(paths: list[Path]) -> Graph:
    """Which of these modules imports which."""
    ours = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    named = {module: set(imports(parsed(path))) for module, path in ours.items()}
    return {
        module: {name if name in ours else name.rpartition(".")[0] for name in names} & ours.keys()
        for module, names in named.items()
    }


def from_afar(graph: Graph, depth: int) -> Graph:
    """The same imports between rooms (depth 1) or their parts (depth 2)."""
    seen: Graph = defaultdict(set)
    for module, others in graph.items():
        here = ".".join(module.split(".")[:depth])
        seen[here] |= {".".join(one.split(".")[:depth]) for one in others} - {here}
    return dict(seen)


def circles(graph: Graph) -> list[list[str]]:
    """Those that import each other, however long the way."""
    far = {name: set(others) for name, others in graph.items()}
    for between in far:
        for name in far:
            if between in far[name]:
                far[name] |= far[between]
    found = {frozenset(one for one in far[name] if name in far[one]) for name in far}
    return sorted(sorted(circle) for circle in found if circle)


def upward(graph: Graph, floors: list[list[str]]) -> list[str]:
    """Imports of a room above, or of one beside."""
    depth = {room: at for at, floor in enumerate(floors) for room in floor}
    return [
        f"{module} -> {other}"
        for module, others in graph.items()
        for other in sorted(others)
        for here, there in [(module.partition(".")[0], other.partition(".")[0])]
        if here != there and depth[there] <= depth[here]
    ]


def spread(lengths: list[int]) -> str:
    ordered = sorted(lengths)
    middle, most = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
    return f"{len(ordered)}, of lines: median {middle}, p95 {most}, max {ordered[-1]}"


def sizes(name: str, paths: list[Path]) -> Iterator[str]:
    texts = [(ROOT / path).read_text() for path in paths]
    functions = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    yield f"{name}: functions: {spread(functions)}"
    yield f"{name}: files: {spread([text.count(chr(10)) for text in texts])}"
    for mark in MARKS:
        yield f"{name}: {mark}: {sum(text.lower().count(mark) for text in texts)}"


def naming(key: str, rooms: list[str]) -> list[Path]:
    """The files that one more list like this one is written into."""
    python = set(files_in(*rooms, "tests")) - {Path(__file__).relative_to(ROOT)}
    pages = {path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html")}
    return sorted(path for path in python | pages if f'"{key}"' in (ROOT / path).read_text())


def report(key: str) -> Iterator[str]:
    floors = layers()
    rooms = [room for floor in floors for room in floor]
    graph = module_graph(list(files_in(*rooms)))
    circular = {f"circles of {name}": circles(from_afar(graph, depth)) for name, depth in LEVELS}
    circular["imports upward"] = [[one] for one in upward(graph, floors)]
    for name, found in circular.items():
        yield f"{name}: {len(found)}"
        yield from (f"  {' '.join(one)}" for one in found)
    yield "files: " + ", ".join(f"{room} {len(list(files_in(room)))}" for room in rooms)
    yield from sizes("rooms", list(files_in(*rooms)))
    yield from sizes("tests and bench", list(files_in("tests", "bench")))
    named = naming(key, rooms)
    yield f"files that name the list {key}: {len(named)}"
    yield from (f"  {path}" for path in named)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report(*(sys.argv[1:] or ["people.holiday"])))
