"""Who may listen to a recording, at once or with a reason."""

from typing import Literal
from uuid import UUID

from accounts.models import User
from accounts.permissions import Subject, can
from incidents.models import Incident
from notifications.models import Notice
from people.models import Device, Employee, Post
from people.supervision.duties import Exclusions, duties_of, is_on_call_duty
from recordings.models import PlaySession, Recording

Access = Literal["acting", "with_reason", "no"]


def may_listen(user: User, recording: Recording) -> Access:
    """How they may listen: at once when acting in the open incident, else with a reason. What was
    erased is not there for anybody, its loudness neither."""
    if recording.erased_at is not None:
        return "no"
    holder, incident = _holder(recording), recording.incident
    subject = Subject(
        kind="recording",
        is_own=_is_own(user, recording.device),
        in_scope=duties_of(user).cover(holder),
        was_paged=_was_called(user, recording),
        is_excluded=Exclusions(user).hide(holder, incident.public_id if incident else None),
    )
    if not user.is_active or not can(user.as_actor(), "listen", subject):
        return "no"
    return "acting" if incident and _is_acting(user, incident, subject) else "with_reason"


def is_still_allowed(session_id: UUID) -> bool:
    """Whether the listener could still open this play session today, by the reason they gave."""
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
    access = may_listen(session.user, session.recording)
    return access == "acting" or (access == "with_reason" and bool(session.reason))


def _holder(recording: Recording) -> Employee | Post:
    return recording.incident.holder if recording.incident else recording.device.holder


def _is_own(user: User, device: Device) -> bool:
    return device.employee is not None and device.employee.user_id == user.pk


def _was_called(user: User, recording: Recording) -> bool:
    incident = recording.incident
    if incident is None or not is_on_call_duty(user):
        return False
    if user.pk in (incident.acknowledged_by_id, incident.coming_by_id):
        return True
    return Notice.objects.filter(recipient_user=user, incident_id=incident.public_id).exists()


def _is_acting(user: User, incident: Incident, subject: Subject) -> bool:
    """Whether they handle it: have it in hand, or were called and nobody took it since."""
    in_hand = {incident.acknowledged_by_id, incident.coming_by_id} - {None}
    return incident.is_open and (user.pk in in_hand or (subject.was_paged and not in_hand))
