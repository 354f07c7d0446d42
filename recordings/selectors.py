"""Who may hear what, and what the recorded person may read about it."""

from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.models import User
from accounts.permissions import Subject, can
from notifications.models import Notice
from people.duties import Exclusions, duties_of
from people.models import Device, Employee, Post
from people.selectors import actor_for
from recordings.models import PlayRange, PlaySession, Recording, Unit

PEAKS_PER_SECOND = 10

Access = Literal["acting", "with_reason", "no"]


def may_listen(user: User, recording: Recording) -> Access:
    """Whoever was called to the open incident listens at once; others say why."""
    holder, incident = _holder(recording), recording.incident
    subject = Subject(
        kind="recording",
        is_own=_is_own(user, recording.device),
        in_scope=duties_of(user).cover(holder),
        was_paged=_was_called(user, recording),
        is_excluded=Exclusions(user).hide(holder, incident.public_id if incident else None),
    )
    if not user.is_active or not can(actor_for(user), "listen", subject):
        return "no"
    return "acting" if incident and incident.is_open and subject.was_paged else "with_reason"


def is_still_allowed(session_id: UUID) -> bool:
    """Whether whoever opened this play session could still open it today."""
    session = (
        PlaySession.objects.select_related(
            "user", "recording__incident", "recording__device__employee", "recording__device__post"
        )
        .filter(public_id=session_id, ended_at__isnull=True)
        .first()
    )
    if session is None:
        return False
    if session.user is None:  # an operator: the statement that notes the lease reads the grant
        return session.actor_kind == PlaySession.ActorKind.OPERATOR
    return may_listen(session.user, session.recording) != "no"


def _holder(recording: Recording) -> Employee | Post:
    return recording.incident.holder if recording.incident else recording.device.holder


def _is_own(user: User, device: Device) -> bool:
    return device.employee is not None and device.employee.user_id == user.pk


def _was_called(user: User, recording: Recording) -> bool:
    incident = recording.incident
    if incident is None:
        return False
    if user.pk in (incident.acknowledged_by_id, incident.coming_by_id):
        return True
    return Notice.objects.filter(recipient_user=user, incident_id=incident.public_id).exists()


def peaks_of(recording: Recording) -> list[float]:
    """Loudness from 0 to 1, ten a second; silence where a unit is missing."""
    line: list[float] = []
    units = Unit.objects.filter(recording=recording).order_by("seq")
    for first_sample, peaks in units.values_list("first_sample", "peaks").iterator():
        at = round(first_sample * PEAKS_PER_SECOND / recording.sample_rate)
        line.extend([0.0] * (at - len(line)))
        line[at:] = [round(peak / 255, 3) for peak in bytes(peaks or b"")]
    return line


def next_of(recording: Recording) -> int:
    """The first unit that is missing."""
    stored = Unit.objects.filter(recording=recording)
    behind = stored.filter(recording=OuterRef("recording"), seq=OuterRef("seq") + 1)
    ends = stored.filter(~Exists(behind)).order_by("seq").values_list("seq", flat=True)
    has_first = stored.filter(seq=0).exists()
    return ends[0] + 1 if has_first else 0


def plays_of(recording: Recording) -> QuerySet[PlaySession]:
    plays = PlaySession.objects.filter(recording=recording).select_related("recording")
    ranges = PlayRange.objects.select_related("session__recording")
    return plays.prefetch_related(Prefetch("ranges", ranges))
