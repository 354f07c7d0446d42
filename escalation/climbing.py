"""Climbing the ladder: freezing it, calling a rung, and going on until somebody comes.

The job of the next rung is written with the call of this one, and each step locks the incident's
row, so an acknowledgement and a climb never cross.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from accounts.models import User
from escalation.ladder import PlannedRung, plan
from escalation.models import ContactRule, Rung
from escalation.support import ask_desk
from escalation.telling import must_not_learn_of
from incidents.models import Incident
from incidents.services import CLOCK, record_event
from jobs.services import cancel_with_prefix, schedule
from notifications.live import hint, user_group
from notifications.services import send_notice
from notifications.texts import alarm_body, alarm_title
from people.duties import may_still_be_called
from people.models import Employee, Post, SupervisorAssignment
from people.selectors import supervisors_of
from tenants.context import current_company


def locked(incident: Incident) -> Incident:
    rows = Incident.objects.select_for_update(of=("self",)).select_related("reporter")
    return rows.get(pk=incident.pk)


def begin(incident: Incident) -> None:
    """Freeze the plan of an incident that nobody else can see yet, and call its first rung."""
    assigned, planned = contact_plan(incident.holder)
    rungs = _freeze(incident, planned)
    if not rungs:
        record_event(incident=incident, kind="nobody_left", actor=CLOCK)
        return
    users = [one.supervisor.user for one in assigned]
    first = [user for user in users if user is not None and user.pk in rungs[0].user_ids]
    _call(incident, rungs, first)


def contact_plan(
    holder: Employee | Post, *, on: date | None = None, shown_to: User | None = None
) -> tuple[list[SupervisorAssignment], list[PlannedRung]]:
    """Who would be called for somebody, and when: what an alarm freezes, and what HR is shown
    beforehand. Whoever is on leave is called after everybody else."""
    found = supervisors_of(holder, on=on, shown_to=shown_to)
    assigned = [one for one in found if one.supervisor.user is not None]
    return assigned, ladder_of(assigned, ContactRule.objects.at(holder.site_id))


def ladder_of(assigned: Iterable[SupervisorAssignment], rule: ContactRule) -> list[PlannedRung]:
    return plan(
        [((one.is_away, one.priority), one.supervisor.user_id or 0, one.on_site)
         for one in assigned],
        has_support=current_company().has_support_contract,
        step_seconds=rule.step_seconds,
        choice_seconds=rule.choice_seconds,
    )  # fmt: skip


def _freeze(incident: Incident, planned: list[PlannedRung]) -> list[Rung]:
    return Rung.objects.bulk_create(
        Rung(
            incident=incident,
            order=rung.order,
            after_seconds=rung.after_seconds,
            choice_seconds=rung.choice_seconds,
            user_ids=list(rung.user_ids),
            on_site=rung.on_site,
            asks_support=rung.asks_support,
            climbed_at=None if rung.order else Now(),
        )
        for rung in planned
    )


def climb(incident: Incident) -> None:
    """Call the next rung, if help is not settled, and promise the one after it."""
    incident = locked(incident)
    if incident.help_is_settled:
        return
    waiting = list(incident.rungs.filter(climbed_at__isnull=True)[:2])
    if not waiting:
        record_event(incident=incident, kind="nobody_left", actor=CLOCK)
        return
    rung = waiting[0]
    waits_until = _choice_ends(incident, rung)
    if waits_until is not None:
        _promise(incident, rung, waits_until)
        return
    Rung.objects.filter(pk=rung.pk).update(climbed_at=Now())
    _call(incident, waiting, _may_be_called(incident, rung))


def _call(incident: Incident, waiting: list[Rung], users: Iterable[User]) -> None:
    """The first of the waiting rungs is called; the second one's turn is promised."""
    rung = waiting[0]
    if rung.asks_support:
        ask_desk(incident, CLOCK, source="ladder")
        return
    for user in users:
        _page(incident, user, "called")
    if rung.order:
        record_event(incident=incident, kind="climbed", actor=CLOCK, payload={"rung": rung.order})
    for following in waiting[1:2]:
        wait = timedelta(seconds=following.after_seconds - rung.after_seconds)
        _promise(incident, following, timezone.now() + wait)


def _may_be_called(incident: Incident, rung: Rung) -> Iterator[User]:
    for user in User.objects.filter(pk__in=rung.user_ids, is_active=True):
        if may_still_be_called(user) and not must_not_learn_of(incident, user):
            yield user


def _choice_ends(incident: Incident, rung: Rung) -> datetime | None:
    """Whoever confirmed has some time to choose; people on site are called meanwhile."""
    until = rung.choice_ends()
    if until is None or rung.on_site or incident.round > 1:
        return None
    return until if until > timezone.now() else None


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


def page(incident: Incident, user: User, occasion: str) -> None:
    """One notice per person, round and occasion, and a ringing hint to the open pages."""
    if not must_not_learn_of(incident, user):
        _page(incident, user, occasion)


def _page(incident: Incident, user: User, occasion: str) -> None:
    company = current_company()
    send_notice(
        recipient=user,
        kind="alarm",
        title=lazy(_title, str)(incident),
        body=lazy(alarm_body, str)(incident.number),
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
    return alarm_title(incident.number)
