"""Texts of the project and their Japanese, without GNU gettext: Babel reads and compiles."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

KEYWORDS = {"gettext": None, "gettext_lazy": None, "_": None, "pgettext": ((1, "c"), 2)}
SKIPPED = {".venv", "var", "tests", "static", "node_modules", ".git", "bench", "launcher"}


def po_path() -> Path:
    return Path(settings.BASE_DIR) / "locale" / "ja" / "LC_MESSAGES" / "django.po"


def compile_ja() -> Path:
    """Write the .mo beside its .po, whole or not at all: every process reads it at its start."""
    target = po_path().with_suffix(".mo")
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue())
    return fresh.replace(target)


def catalogue() -> Catalog:
    with po_path().open("rb") as file:
        return read_po(file, locale="ja", abort_invalid=True)


def missing() -> list[str]:
    """msgids in code and templates that have no Japanese."""
    known = {str(message.id) for message in catalogue() if message.id and message.string}
    return sorted(set(texts()) - known)


def texts() -> Iterator[str]:
    base = Path(settings.BASE_DIR)
    for path in sorted([*base.rglob("*.py"), *base.rglob("*.html")]):
        if SKIPPED & set(path.relative_to(base).parts):
            continue
        source = path.read_text()
        if path.suffix == ".html":
            source = templatize(source, origin=str(path))
        for _line, message, _comments, _context in extract(
            "python", io.BytesIO(source.encode()), keywords=KEYWORDS
        ):
            text = message if isinstance(message, str) else message[0]
            if text:
                yield text
