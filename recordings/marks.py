"""Marks that listeners put into a recording, for all who may listen to it.

A mark belongs to the play session in which it was made: who heard it marks it. It is appended, and
its maker may withdraw it; nothing is taken away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.actors import Actor
from audit.services import append
from incidents.log import refresh_pages
from incidents.models import Incident, IncidentEvent
from operations.company_access import door
from operations.errors import NoGrant
from operations.models import AccessGrant, SeenEvent, SeenRecording
from recordings.models import MarkWithdrawal, PlaySession, Recording, SeenMark, SoundMark
from recordings.permissions import is_still_allowed, may_listen
from recordings.services import MayNotListen
from tenants.context import run_in

CALLS = ("tapped_again", "still_going")
"""What the employee alone does: red beside the marks of others."""


class UnknownMark(Exception):
    """There is none of this person's by that name."""


@dataclass(frozen=True, slots=True)
class ShownMark:
    id: UUID
    at_ms: int
    word: str
    who: str
    made_at: datetime
    withdrawn_at: datetime | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class MarksInSound:
    marks: list[ShownMark]
    calls: list[datetime]


@transaction.atomic
def mark(
    *, user: User, recording: Recording, session: UUID, client_id: UUID, at_ms: int, word: str
) -> UUID:
    """Mark a place while listening; the same `client_id` is one mark. Raises MayNotListen."""
    plays = PlaySession.objects.filter(public_id=session, recording=recording, user=user)
    play = plays.first()
    if play is None or not is_still_allowed(session):
        raise MayNotListen
    made, is_new = SoundMark.objects.get_or_create(
        play=play, client_id=client_id, defaults={"at_ms": at_ms, "word": word}
    )
    if is_new:
        facts = {"session": str(session), "mark": str(made.public_id), "at_ms": at_ms}
        append(str(recording.public_id), "recording.marked", user.as_actor(), **facts)
        _show(recording.incident)
    return made.public_id


@transaction.atomic
def withdraw_mark(*, user: User, recording: Recording, mark_id: UUID) -> None:
    """Withdraw one's own mark, for everybody to see. Raises MayNotListen, UnknownMark."""
    if may_listen(user, recording) == "no":
        raise MayNotListen
    mine = SoundMark.objects.filter(public_id=mark_id, play__recording=recording, play__user=user)
    made = mine.first()
    if made is None:
        raise UnknownMark
    _withdrawal, is_new = MarkWithdrawal.objects.get_or_create(mark=made)
    if is_new:
        facts = {"mark": str(mark_id)}
        append(str(recording.public_id), "recording.mark_withdrawn", user.as_actor(), **facts)
        _show(recording.incident)


def marks_of(recording: Recording, user: User) -> MarksInSound:
    marks = SoundMark.objects.filter(play__recording=recording)
    return MarksInSound(
        marks=[
            ShownMark(
                id=one.public_id,
                at_ms=one.at_ms,
                word=one.word,
                who=one.play.actor_name,
                made_at=one.made_at,
                withdrawn_at=one.withdrawal.withdrawn_at if one.is_withdrawn else None,
                is_mine=one.play.user_id == user.pk,
            )
            for one in marks.select_related("play", "withdrawal")
        ],
        calls=_calls(IncidentEvent.objects.filter(incident=recording.incident_id, kind__in=CALLS)),
    )


def _show(incident: Incident | None) -> None:
    if incident is not None:
        refresh_pages(incident)


# By a grant


@transaction.atomic
def mark_by_grant(
    *,
    grant_id: UUID,
    operator: Actor,
    recording_id: UUID,
    session: UUID,
    client_id: UUID,
    at_ms: int,
    word: str,
) -> UUID:
    """An operator's mark, in the session opened by this grant. Raises NoGrant, also for a session
    of another recording."""
    made: UUID = door.write(
        grant_id=grant_id,
        operator=operator,
        query=lambda: door.call("ops_mark", recording_id, session, client_id, at_ms, word),
    )
    _show_company(grant_id)
    return made


@transaction.atomic
def withdraw_mark_by_grant(
    *, grant_id: UUID, operator: Actor, recording_id: UUID, mark_id: UUID
) -> None:
    """Raises NoGrant, also for a mark that is not this operator's."""
    door.write(
        grant_id=grant_id,
        operator=operator,
        query=lambda: door.call("ops_withdraw_mark", recording_id, mark_id),
    )
    _show_company(grant_id)


def marks_by_grant(*, grant_id: UUID, operator: Actor, recording_id: UUID) -> MarksInSound:
    """Marks for an operator, noted in the company's audit first. Raises NoGrant, also for a
    recording of another case."""

    def look() -> MarksInSound:
        if not SeenRecording.objects.filter(public_id=recording_id).exists():
            raise NoGrant
        return MarksInSound(
            marks=[
                ShownMark(
                    id=one.public_id,
                    at_ms=one.at_ms,
                    word=one.word,
                    who=one.who,
                    made_at=one.made_at,
                    withdrawn_at=one.withdrawn_at,
                    is_mine=str(one.operator_id) == operator.id,
                )
                for one in SeenMark.objects.filter(recording_id=recording_id)
            ],
            calls=_calls(SeenEvent.objects.filter(kind__in=CALLS)),
        )

    return door.read(grant_id=grant_id, operator=operator, verb="recording.marks", query=look)


def _calls(events: Iterable[IncidentEvent] | Iterable[SeenEvent]) -> list[datetime]:
    return [one.at for one in events]


def _show_company(grant_id: UUID) -> None:
    grant = AccessGrant.objects.select_related("company").get(public_id=grant_id)
    find = Incident.objects.filter(public_id=grant.incident_id).first
    run_in(grant.company, lambda: _show(find()))
