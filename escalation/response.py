"""What people do in an open incident: see, come, ask, talk, end. Each is one transaction.

How an alarm begins is in `alarms`; what follows from each step decides `next_move`.
"""

from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from audit.actors import Actor
from escalation import next_move
from escalation.alarms import cry_on, one_cry_at_a_time, reopen_or_cry, where_it_was_said
from escalation.effects import notify_devices
from escalation.errors import AlreadyAcknowledged, AlreadyClosed, NotClosed, OwnIncident
from escalation.exercises import note_passed
from escalation.moves.state import (
    Acknowledged,
    Arrived,
    AskedOnSite,
    CannotCome,
    Closed,
    Event,
    SaidSafe,
    SetOut,
    StillOnWay,
    SupportRequested,
)
from incidents.log import record_event
from incidents.models import Incident, IncidentEvent, Message
from incidents.visibility import is_own
from people.models import Device
from people.supervision.selectors import actor_for_device
from tenants.service_stops import must_be_served

ON_MY_WAY = "I am on my way"
"""The ready-made message that is more than a message: it is 向かいます."""


def acknowledge(*, incident: Incident, user: User) -> None:
    """確認しました: stops paging this person only. The first one wins; the others learn who.

    Raises OwnIncident, AlreadyClosed, AlreadyAcknowledged (their paging has stopped all the same).
    """
    after = _answer(incident, user, Acknowledged(user.pk))
    first = after.acknowledged_by
    if first is not None and first.pk != user.pk:
        raise AlreadyAcknowledged(first.polite_name)


def head_out(*, incident: Incident, user: User) -> None:
    """向かいます: somebody comes, so the ladder rests. Raises OwnIncident, AlreadyClosed."""
    _answer(incident, user, SetOut(user.pk))


def still_on_way(*, incident: Incident, user: User) -> None:
    """向かっています. Raises OwnIncident, AlreadyClosed, NotOnTheWay."""
    _answer(incident, user, StillOnWay(user.pk))


class Followed(Enum):
    """What came of 行けません."""

    OTHERS_CALLED = auto()
    DESK_ASKED = auto()
    NOBODY_LEFT = auto()
    NOTHING = auto()


_FOLLOWED = {
    "climbed": Followed.OTHERS_CALLED,
    "hr_called": Followed.OTHERS_CALLED,
    "called_again": Followed.OTHERS_CALLED,
    "support_requested": Followed.DESK_ASKED,
    "support_requested_again": Followed.DESK_ASKED,
    "nobody_left": Followed.NOBODY_LEFT,
}


def cannot_come(*, incident: Incident, user: User) -> Followed:
    """行けません: the next are called, where the ladder runs.

    Raises OwnIncident, AlreadyClosed, NotOnTheWay.
    """
    after = _answer(incident, user, CannotCome(user.pk))
    last = IncidentEvent.objects.filter(incident=after).latest("pk")
    return _FOLLOWED.get(last.kind, Followed.NOTHING)


def arrive(*, incident: Incident, user: User) -> None:
    """着きました. Raises OwnIncident, AlreadyClosed."""
    _answer(incident, user, Arrived(user.pk))


@transaction.atomic
def _answer(incident: Incident, user: User, event: Event) -> Incident:
    _must_not_be_own(incident, user)
    after = next_move.apply(incident, event, actor=user.as_actor())
    note_passed(after)
    return after


@transaction.atomic
def ask_on_site(*, incident: Incident, user: User) -> list[str]:
    """現場の人に頼む: those on site are called at once, the next rung's clock runs on.

    Returns their names. Raises OwnIncident, AlreadyClosed, NobodyOnSite.
    """
    _must_not_be_own(incident, user)
    after = next_move.apply(incident, AskedOnSite(user.pk), actor=user.as_actor())
    line = IncidentEvent.objects.filter(incident=after, kind="asked_on_site").latest("pk")
    return list(line.payload["people"])


class Support(Enum):
    """What came of 警備会社へ要請."""

    SENT = auto()
    WAS_SENT = auto()
    ACTS = auto()
    REHEARSED = auto()
    ONLY_CALLED = auto()
    """By the reporter, where there is no contract: a cry like any other."""


@transaction.atomic
def request_support(*, incident: Incident, user: User) -> Support:
    """警備会社へ要請. Asked already, nothing new happens; by the reporter it is a cry.

    Raises AlreadyClosed, NoSupportContract.
    """
    if is_own(incident, user.pk):
        one_cry_at_a_time(incident.reporter_id, incident.post_id)
        before = _asked_at(incident)
        after = cry_on(incident, user.as_actor(), kind="raised", level=Incident.Level.SUPPORT)
    else:
        before = _asked_at(incident)
        after = next_move.apply(incident, SupportRequested(), actor=user.as_actor())
    if after.drill == Incident.Drill.INTERNAL and after.support_requested_at:
        return Support.REHEARSED
    if after.desk == Incident.Desk.ACTING:
        return Support.ACTS
    if after.desk != Incident.Desk.ASKED:
        return Support.ONLY_CALLED
    return Support.WAS_SENT if after.desk_at == before else Support.SENT


def _asked_at(incident: Incident) -> datetime | None:
    """Locked: nobody else asks meanwhile."""
    rows = Incident.objects.select_for_update(of=("self",))
    return rows.values_list("desk_at", flat=True).get(pk=incident.pk)


@transaction.atomic
def post_message(*, incident: Incident, actor: Actor, client_id: UUID, text: str) -> Message:
    """The same ``client_id`` is one message. By a supervisor it counts as 確認しました, and the
    ready-made "I am on my way" is 向かいます. Raises AlreadyClosed, ServiceStopped."""
    must_be_served()
    author = Message.Author.EMPLOYEE if actor.kind == "device" else Message.Author.SUPERVISOR
    message, created = Message.objects.get_or_create(
        incident=incident,
        client_id=client_id,
        defaults={
            "author_kind": author,
            "author_id": actor.id,
            "author_name": actor.name,
            "text": text,
        },
    )
    if created:
        incident = _answered_by_message(incident, actor, text)
        payload = {"text": text, "message": str(message.public_id)}
        record_event(incident=incident, kind="message", actor=actor, payload=payload)
        if author == Message.Author.SUPERVISOR:
            notify_devices(incident, f"message:{message.public_id}", lambda: text)
    return message


def _answered_by_message(incident: Incident, actor: Actor, text: str) -> Incident:
    if not incident.is_open:
        raise AlreadyClosed
    if actor.user_id is None or is_own(incident, actor.user_id):
        return incident
    event = SetOut if text.strip() in _ways_to_say(ON_MY_WAY) else Acknowledged
    return next_move.apply(incident, event(actor.user_id), actor=actor)


def _ways_to_say(msgid: str) -> set[str]:
    texts = set()
    for language in ("ja", "en"):
        with override(language):
            texts.add(_(msgid))
    return texts


@transaction.atomic
def add_note(*, incident: Incident, actor: Actor, text: str) -> None:
    record_event(incident=incident, kind="note", actor=actor, payload={"text": text})


ONE_CALL = timedelta(minutes=1)


@transaction.atomic
def note_call_to_110(*, incident: Incident, user: User) -> None:
    """110番した: its moment is kept; pressed twice, it is one call.

    Raises OwnIncident, AlreadyClosed.
    """
    _must_not_be_own(incident, user)
    if not Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk).is_open:
        raise AlreadyClosed
    calls = incident.events.filter(kind="called_110", actor_id=str(user.public_id))
    if not calls.filter(at__gt=Now() - ONE_CALL).exists():
        record_event(incident=incident, kind="called_110", actor=user.as_actor())


@transaction.atomic
def close_incident(
    *, incident: Incident, actor: Actor, outcome: str, presses: int | None = None
) -> Incident:
    """End it. Closed by anyone but the employee, the device asks her whether she is safe.

    ``presses``: how many the closer's page showed. Raises AlreadyClosed, OwnIncident (through a
    supervisor's sign-in), PressedAgain.
    """
    if is_own(incident, actor.user_id):
        raise OwnIncident
    event = Closed(outcome, actor.user_id, actor.kind, presses)
    return next_move.apply(incident, event, actor=actor)


@transaction.atomic
def reopen(*, incident: Incident, user: User) -> Incident:
    """再開 by a supervisor; everybody is called again. Raises OwnIncident, NotClosed."""
    _must_not_be_own(incident, user)
    one_cry_at_a_time(incident.reporter_id, incident.post_id)
    if Incident.objects.open().filter(pk=incident.pk).exists():
        raise NotClosed
    return reopen_or_cry(incident, user.as_actor(), kind="reopened")


@transaction.atomic
def answer(
    *, incident: Incident, device: Device, answer: str, client_id: UUID | None = None
) -> Incident:
    """安全です / まだ続いています / 大丈夫 by the employee, open or closed; the same ``client_id``
    is one answer. Returns the incident that goes on: a newer one where there is one."""
    actor = actor_for_device(device)
    one_cry_at_a_time(incident.reporter_id, incident.post_id)
    said_in = where_it_was_said(incident, client_id)
    if said_in is not None:
        return said_in
    if answer == "still_going":
        return reopen_or_cry(
            incident, actor, kind="still_going", device=device, client_id=client_id
        )
    if answer == "safe":
        return next_move.apply(incident, SaidSafe(str(client_id or "")), actor=actor)
    record_event(incident=incident, kind="message", actor=actor, payload={"text": _("I am OK")})
    return incident


def _must_not_be_own(incident: Incident, user: User) -> None:
    if is_own(incident, user.pk):
        raise OwnIncident
