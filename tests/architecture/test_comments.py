"""What is said to tools instead of written so that they are content, and a word too many."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.modules import FLOORS, ROOT, files_in

MOST_IGNORES = 60
OF_AN_OLD_RELEASE = {
    Path("tests/upgrade") / name
    for name in ("scene.py", "scenes.py", "scenes_with_the_desk.py", "stage.py", "make_dump.py")
}
UNFORMATTED = re.compile(r"#\s*fmt:\s*(?:skip|off)")
IGNORE = re.compile(r"#\s*type:\s*ignore(?:\[[\w, -]+\])?(?P<reason>.*)")
WHOEVER = re.compile(r"\bwhoever\b", re.IGNORECASE)


def in_our_rooms(pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for path in files_in(*FLOORS):
        yield from pattern.finditer((ROOT / path).read_text())


def has_a_reason(ignore: re.Match[str]) -> bool:
    """`# type: ignore[misc]  # the library has no types`."""
    return bool(ignore["reason"].strip(" #"))


def test_the_formatter_decides() -> None:
    ours = files_in(*FLOORS, "tests", "bench")
    found = [path for path in ours if UNFORMATTED.search((ROOT / path).read_text())]
    assert set(found) <= OF_AN_OLD_RELEASE


def test_the_type_checker_is_rarely_overruled() -> None:
    found = list(in_our_rooms(IGNORE))
    assert len(found) <= MOST_IGNORES
    assert [one for one in found if not has_a_reason(one)] == []


def test_who_is_meant_is_named() -> None:
    assert list(in_our_rooms(WHOEVER)) == []


def test_what_is_said_to_a_tool_would_be_found() -> None:
    mark = "#"  # apart, so that this file holds none
    assert UNFORMATTED.search(f"x = 1  {mark} fmt: skip")
    bare, explained = (
        IGNORE.search(f"x = 1  {mark} type: ignore[misc, arg-type]{after}")
        for after in ("", f"  {mark} it has no types")
    )
    assert bare
    assert explained
    assert (has_a_reason(bare), has_a_reason(explained)) == (False, True)
