"""What the documents name is there: paths, links, decisions."""

import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
"""The changelog and the decisions tell what was; these tell what is."""
SUFFIXES = {".py", ".js", ".css", ".html", ".sql", ".md"}
HEADINGS = ["Status", "Context", "Decision", "Consequences"]


def tops() -> list[Path]:
    """Without what tools and a run leave behind."""
    return [path for path in ROOT.iterdir() if path.name[0] != "." and path.name != "var"]


def ours() -> set[str]:
    """Files and their folders, and each shorter way to say one: a document leaves out the folder
    that it speaks of."""
    files = [path for top in tops() for path in (top, *top.rglob("*")) if path.is_file()]
    parts = [path.relative_to(ROOT).parts for path in files if path.suffix != ".pyc"]
    return {
        "/".join(one[start:end])
        for one in parts
        for start in range(len(one))
        for end in range(start + 1, len(one) + 1)
    }


def named_paths(text: str) -> Iterator[str]:
    """Between backticks: what begins with a folder of ours, or ends like a file."""
    folders = {path.name for path in tops()}
    for name in re.findall(r"`([\w.*/-]+)`", text):
        first, slash, _rest = name.partition("/")
        if (slash and first in folders) or (first and is_file(PurePosixPath(name))):
            yield name.rstrip("/")


def is_file(path: PurePosixPath) -> bool:
    return path.suffix in SUFFIXES


def links(document: Path) -> Iterator[Path]:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if "://" not in target:
            yield document.parent / target


def test_every_path_that_a_document_names_exists() -> None:
    there = ours()
    missing = [
        f"{document.name}: {name}"
        for document in DOCUMENTS
        for name in named_paths(document.read_text())
        if name not in there and not fnmatch.filter(there, name)
    ]
    assert missing == []


def test_a_path_that_has_gone_would_be_found() -> None:
    text = "`portal/gone/`, `gone.py`, `/console/`, `room.verb`, `tests/x/test_*.py`, `./var`"
    assert list(named_paths(text)) == ["portal/gone", "gone.py", "tests/x/test_*.py"]


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*DOCUMENTS, *decisions()]
    assert [f"{one.name}: {to}" for one in documents for to in links(one) if not to.exists()] == []


def decisions() -> list[Path]:
    return sorted((ROOT / "docs/decisions").glob("*.md"))


def test_decisions_are_numbered_without_a_gap_and_have_their_four_parts() -> None:
    for number, path in enumerate(decisions(), start=1):
        text = path.read_text()
        assert path.name.startswith(f"{number:04}-"), path.name
        assert text.startswith(f"# {number}. "), path.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS, path.name
