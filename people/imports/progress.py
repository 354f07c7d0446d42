"""How far a list of employees has come. The import is one transaction and nobody sees into it, so
this stands beside it, in the company's part of the cache; without Valkey nobody sees it."""

import time
import uuid

from django.core.cache import cache

EVERY = 0.5
REMEMBERED = 600


class ImportProgress:
    """Callback that notes how many of ``rows`` rows are done."""

    def __init__(self, upload: uuid.UUID, rows: int) -> None:
        self._upload, self._rows = upload, rows
        self._next = 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now >= self._next or done == self._rows:
            self._next = now + EVERY
            cache.set(_key(self._upload), (done, self._rows), REMEMBERED)


def progress_of(upload: uuid.UUID) -> tuple[int, int] | None:
    """Rows looked at, and all of them; None while unknown."""
    progress: tuple[int, int] | None = cache.get(_key(upload))
    return progress


def forget_progress(upload: uuid.UUID) -> None:
    cache.delete(_key(upload))


def _key(upload: uuid.UUID) -> str:
    return f"import:{upload}"
