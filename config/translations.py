"""Texts of the project in each language, without GNU gettext: Babel reads and compiles.

Everything is translated into Japanese; what the employee's app shows (`config/app_texts.py`) into
the app's other languages as well. The msgids are the English.
"""

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from config.app_texts import APP_FILES, said_by_the_server

SOURCE_LANGUAGE = "en"
KEYWORDS = {"gettext": None, "gettext_lazy": None, "_": None, "pgettext": ((1, "c"), 2)}
SKIPPED = {".venv", "var", "tests", "static", "node_modules", ".git", "bench", "launcher"}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w+\}|%%")


def languages() -> list[str]:
    """Those that have a catalogue."""
    return [code for code, _name in settings.APP_LANGUAGES if code != SOURCE_LANGUAGE]


def po_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / "django.po"


def compile_all() -> None:
    """Write each .mo beside its .po, whole or not at all: every process reads it at its start."""
    for language in languages():
        target = po_path(language).with_suffix(".mo")
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue(language))
        fresh.replace(target)


def catalogue(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language.split("-")[0], abort_invalid=True)


def faults(language: str) -> list[str]:
    """Texts that have no words in this language, and words that lost a placeholder."""
    wanted = texts() if language == settings.LANGUAGE_CODE else app_texts()
    words = {str(message.id): str(message.string or "") for message in catalogue(language)}
    return sorted({one for text in wanted for one in _faults(text, words.get(text, ""))})


def _faults(text: str, words: str) -> Iterator[str]:
    if not words:
        yield f"missing: {text}"
    elif placeholders(text) != placeholders(words):
        yield f"other placeholders: {text}"


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def texts() -> Iterator[str]:
    base = Path(settings.BASE_DIR)
    files = sorted([*base.rglob("*.py"), *base.rglob("*.html")])
    return texts_of(file for file in files if not SKIPPED & set(file.relative_to(base).parts))


def app_texts() -> set[str]:
    """What somebody may read in the app or in a notice to its device."""
    base = Path(settings.BASE_DIR)
    files = (file for pattern in APP_FILES for file in sorted(base.glob(pattern)))
    return {*texts_of(files), *said_by_the_server()}


def texts_of(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        source = path.read_text()
        if path.suffix == ".html":
            source = templatize(source, origin=str(path))
        for _line, message, _comments, _context in extract(
            "python", io.BytesIO(source.encode()), keywords=KEYWORDS
        ):
            text = message if isinstance(message, str) else message[0]
            if text:
                yield text
