"""The portal's door for marks in a recording."""

import json
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from recordings.marks import (
    MarksInSound,
    ShownMark,
    UnknownMark,
    mark,
    marks_of,
    withdraw_mark,
)
from recordings.models import SoundMark
from recordings.permissions import may_listen
from recordings.services import MayNotListen
from recordings.views import recording_of, with_problems
from web.problems import Problem

LONGEST_MS = 48 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class MarkWish:
    session: UUID
    client_id: UUID
    at_ms: int
    word: str


def mark_wish(request: HttpRequest) -> MarkWish:
    """What a script asks to mark. Raises Problem."""
    try:
        given = json.loads(request.body)
        session, client_id = UUID(given["session"]), UUID(given["client_id"])
        at_ms, word = given["at_ms"], given.get("word") or ""
        in_sound = type(at_ms) is int and 0 <= at_ms <= LONGEST_MS
        if not in_sound or not isinstance(word, str):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Problem(400, "malformed") from None
    return MarkWish(session, client_id, at_ms, _one_line(word))


def _one_line(text: str) -> str:
    words = text.encode(errors="replace").decode().split()
    printed = ("".join(filter(str.isprintable, word)) for word in words)
    return " ".join(filter(None, printed))[: SoundMark.LONGEST_WORD]


def marks_data(found: MarksInSound) -> dict[str, Any]:
    return {
        "marks": [_mark_data(one) for one in found.marks],
        "calls": [round(at.timestamp() * 1000) for at in found.calls],
    }


def _mark_data(one: ShownMark) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "at_ms": one.at_ms,
        "word": one.word,
        "who": one.who,
        "made_at": round(one.made_at.timestamp() * 1000),
        "withdrawn": one.withdrawn_at is not None,
        "mine": one.is_mine,
    }


@require_GET
@never_cache
@with_problems
def marks(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, recording = cast(User, request.user), recording_of(pk)
    if may_listen(user, recording) == "no":
        raise Problem(404, "not-found")
    return JsonResponse(marks_data(marks_of(recording, user)))


@require_POST
@never_cache
@with_problems
def make(request: HttpRequest, pk: UUID) -> HttpResponse:
    user, recording = cast(User, request.user), recording_of(pk)
    wish = mark_wish(request)
    try:
        made = mark(
            user=user,
            recording=recording,
            session=wish.session,
            client_id=wish.client_id,
            at_ms=wish.at_ms,
            word=wish.word,
        )
    except MayNotListen:
        raise Problem(404, "not-found") from None
    return JsonResponse({"id": str(made)}, status=201)


@require_POST
@never_cache
@with_problems
def withdraw(request: HttpRequest, pk: UUID, mark_id: UUID) -> HttpResponse:
    try:
        withdraw_mark(user=cast(User, request.user), recording=recording_of(pk), mark_id=mark_id)
    except (MayNotListen, UnknownMark):
        raise Problem(404, "not-found") from None
    return HttpResponse(status=204)
