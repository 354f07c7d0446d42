"""Somebody who did not play it looks at a playback and says how it stands.

Each verdict is a row and an entry in the recording's audit; a later one stands beside it.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from audit.services import append
from recordings.models import PlayReview, PlaySession
from recordings.selectors import may_review, plays_seen_by, plays_waiting

MOST_AT_ONCE = 200
"""The audit of each recording stays locked to the end, and somebody may be listening."""


class MayNotReview(Exception):
    """Their own playback, or one that does not exist for this person."""


@transaction.atomic
def review_play(*, user: User, play: PlaySession, verdict: str, note: str) -> None:
    """Review a playback. Raises MayNotReview."""
    locked = _locked(plays_seen_by(user), [play.pk]).first()
    if locked is None or not may_review(user, locked):
        raise MayNotReview
    _write(user, locked, PlayReview.Verdict(verdict), note)


@transaction.atomic
def pass_plays(*, user: User, plays: Iterable[int]) -> int:
    """Pass those of these plays that wait, up to two hundred. Returns how many."""
    passed = 0
    # Their own are left out before the limit: however many, they keep no other from its turn.
    waiting = plays_waiting(plays_seen_by(user)).exclude(user=user)
    for play in _locked(waiting, plays)[:MOST_AT_ONCE]:
        # A quicker reviewer is seen now: the row was waited for.
        if may_review(user, play) and not play.reviews.exists():
            _write(user, play, PlayReview.Verdict.FINE, "")
            passed += 1
    return passed


def _locked(plays: QuerySet[PlaySession], keys: Iterable[int]) -> QuerySet[PlaySession]:
    """Lock plays recording by recording, so that concurrent reviews do not deadlock; without
    blocking those who note what is being heard."""
    ordered = plays.filter(pk__in=keys).select_related("recording").order_by("recording_id", "pk")
    return ordered.select_for_update(of=("self",), no_key=True)


def _write(user: User, play: PlaySession, verdict: PlayReview.Verdict, note: str) -> None:
    PlayReview.objects.create(play=play, verdict=verdict, note=note, by=user)
    append(
        str(play.recording.public_id),
        "recording.play_reviewed",
        user.as_actor(),
        session=str(play.public_id),
        verdict=verdict.value,
        noted=bool(note),
    )
