"""引き継ぎメモ: written on one console, read on all, ticked off by anyone who has dealt with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from audit.actors import Actor
from operations.events import hint_consoles, id_of
from operations.models import Memo
from operations.selectors import operator_names
from operations.shifts import must_be_on_shift

MOST = 50


@dataclass(frozen=True, slots=True)
class MemoLine:
    memo: Memo
    writer: str


@transaction.atomic
def write(*, operator: Actor, client_id: UUID, text: str) -> None:
    """Write a memo; the same `client_id` is one memo. Raises NotOnShift."""
    must_be_on_shift(id_of(operator))
    facts = {"text": text, "written_by": id_of(operator)}
    _memo, created = Memo.objects.get_or_create(client_id=client_id, defaults=facts)
    if created:
        hint_consoles("memo")


@transaction.atomic
def tick_off(*, operator: Actor, memo_id: UUID) -> None:
    """Tick a memo off; the first tick counts. Raises NotOnShift."""
    must_be_on_shift(id_of(operator))
    standing = Memo.objects.standing().filter(public_id=memo_id)
    if standing.update(done_by=id_of(operator), done_at=Now()):
        hint_consoles("memo")


def standing() -> list[MemoLine]:
    """Memos that nobody has ticked off, the newest first."""
    memos: Iterable[Memo] = list(Memo.objects.standing()[:MOST])
    names = operator_names(memo.written_by for memo in memos)
    return [MemoLine(memo, names.get(memo.written_by, "")) for memo in memos]
