"""Climbing the ladder: freezing it, calling a rung, and going on until somebody comes.

The job of the next rung is written with the call of this one, and each step locks the incident's
row, so an acknowledgement and a climb never cross.
"""

from datetime import datetime, timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from escalation.ladder import CHOICE_SECONDS, plan
from escalation.models import Rung
from escalation.support import ask_desk
from escalation.telling import must_not_learn_of
from incidents.models import Incident
from incidents.services import CLOCK, record_event
from jobs.services import cancel_with_prefix, schedule
from notifications.live import hint, user_group
from notifications.services import send_notice
from people.selectors import supervisors_of
from tenants.context import current_company


def locked(incident: Incident) -> Incident:
    rows = Incident.objects.select_for_update(of=("self",)).select_related("reporter")
    return rows.get(pk=incident.pk)


def freeze_plan(incident: Incident) -> None:
    assigned = [
        (one.priority, one.supervisor.user_id, one.on_site)
        for one in supervisors_of(incident.holder)
        if one.supervisor.user_id is not None
    ]
    planned = plan(assigned, has_support=current_company().has_support_contract)
    Rung.objects.bulk_create(
        Rung(
            incident=incident,
            order=rung.order,
            after_seconds=rung.after_seconds,
            user_ids=list(rung.user_ids),
            on_site=rung.on_site,
            asks_support=rung.asks_support,
        )
        for rung in planned
    )


def climb(incident: Incident) -> None:
    """Call the next rung, if help is not settled, and promise the one after it."""
    incident = locked(incident)
    if incident.help_is_settled:
        return
    rung = incident.rungs.filter(climbed_at__isnull=True).first()
    if rung is None:
        record_event(incident=incident, kind="nobody_left", actor=CLOCK)
        return
    waits_until = _choice_ends(incident, rung)
    if waits_until is not None:
        _promise(incident, rung, waits_until)
        return
    Rung.objects.filter(pk=rung.pk).update(climbed_at=Now())
    if rung.asks_support:
        ask_desk(incident, CLOCK, source="ladder")
        return
    call(incident, rung)
    if rung.order:
        record_event(incident=incident, kind="climbed", actor=CLOCK, payload={"rung": rung.order})
    promise_next(incident, rung)


def _choice_ends(incident: Incident, rung: Rung) -> datetime | None:
    """Whoever confirmed has a minute to choose; people on site are called meanwhile."""
    if incident.acknowledged_at is None or rung.on_site or incident.round > 1:
        return None
    until = incident.acknowledged_at + timedelta(seconds=CHOICE_SECONDS)
    return until if until > timezone.now() else None


def promise_next(incident: Incident, rung: Rung) -> None:
    following = incident.rungs.filter(order__gt=rung.order, climbed_at__isnull=True).first()
    if following is None:
        return
    wait = timedelta(seconds=following.after_seconds - rung.after_seconds)
    _promise(incident, following, timezone.now() + wait)


def _promise(incident: Incident, rung: Rung, due_at: datetime) -> None:
    schedule(
        current_company(),
        kind="escalation.climb",
        key=f"{climb_prefix(incident)}{rung.order}:{due_at.timestamp():.3f}",
        payload={"incident": str(incident.public_id)},
        lane=0,
        due_at=due_at,
    )


def climb_now(incident: Incident) -> None:
    """Bring the next rung forward: reopened, or people on site were asked."""
    stop_climbing(incident)
    climb(incident)


def stop_climbing(incident: Incident) -> None:
    cancel_with_prefix(climb_prefix(incident))


def climb_prefix(incident: Incident) -> str:
    return f"climb:{incident.public_id}:"


def call(incident: Incident, rung: Rung) -> None:
    for user in User.objects.filter(pk__in=rung.user_ids, is_active=True):
        page(incident, user)


def page(incident: Incident, user: User, occasion: str = "called") -> None:
    """One notice per person, round and occasion, and a ringing hint to the open pages."""
    if must_not_learn_of(incident, user):
        return
    company = current_company()
    send_notice(
        recipient=user,
        kind="alarm",
        title=lazy(_title, str)(incident),
        body=gettext_lazy("Open the page, look and answer. In danger, call 110."),
        path=f"/portal/incidents/{incident.public_id}/",
        incident_id=incident.public_id,
        drill=incident.drill != Incident.Drill.NONE,
        dedupe=f"alarm:{incident.public_id}:{incident.round}:{occasion}:{user.pk}",
    )
    alarm = {"t": "alarm", "pk": str(incident.public_id), "number": incident.number}
    hint(company.id, user_group(company.id, user.pk), alarm)


def _title(incident: Incident) -> str:
    """No name and no place: it may be read on a locked screen by anybody."""
    if incident.is_late and incident.pressed_at is not None:
        minutes = int((incident.opened_at - incident.pressed_at).total_seconds() // 60)
        words = _("Alarm %(number)s, pressed %(minutes)s minutes ago: is help still needed?")
        return words % {"number": incident.number, "minutes": minutes}
    return _("Somebody asks for help (alarm %(number)s)") % {"number": incident.number}
