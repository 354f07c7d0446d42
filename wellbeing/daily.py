"""What happens every day by itself: rules over everybody, reminders, overdue care, retention."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from notifications.models import PushSubscription
from notifications.services import send_notice
from people.calendar.work_calendar import Calendar
from people.models import Employee
from tenants.context import current_company
from wellbeing.care import add_reasons, days_of, limits
from wellbeing.models import CareTask, CheckIn, WellbeingSettings
from wellbeing.rules import findings, span_of

BATCH = 500


def local_now() -> datetime:
    return timezone.now().astimezone(ZoneInfo(current_company().time_zone))


def asked_people() -> list[Employee]:
    """People who are asked every day, by the company's settings."""
    settings = WellbeingSettings.current()
    if not settings.is_on:
        return []
    today = local_now().date()
    employees = Employee.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today))
    if not settings.outside_firms:
        employees = employees.exclude(employment=Employee.Employment.OUTSIDE)
    return list(employees.order_by("pk"))


def run_rules(today: date) -> int:
    """Apply the rules to everybody who is asked. Returns how many people got a new reason."""
    people, company_limits, touched = asked_people(), limits(), 0
    first = today - span_of(company_limits)
    for start in range(0, len(people), BATCH):
        batch = people[start : start + BATCH]
        days = days_of([employee.pk for employee in batch], first, today)
        findings_of = {employee: findings(days[employee.pk], company_limits) for employee in batch}
        touched += add_reasons(
            {employee: why for employee, why in findings_of.items() if why}, today
        )
    return touched


def remind(now: datetime) -> int:
    """Remind people whose working day has begun and who have not answered, once a day."""
    settings = WellbeingSettings.current()
    if not settings.reminds:
        return 0
    people = {employee.pk: employee for employee in asked_people()}
    calendar = Calendar(list(people), now.date() - timedelta(days=1), now.date())
    answered = set(
        CheckIn.objects.filter(date__gte=now.date() - timedelta(days=1)).values_list(
            "employee_id", "date"
        )
    )
    wait = timedelta(minutes=settings.remind_after_minutes)
    due = [
        (people[pk], calendar.date_of(pk, now))
        for pk in people
        if _is_due(calendar, pk, now, wait) and (pk, calendar.date_of(pk, now)) not in answered
    ]
    reachable = _reached_by_push([employee.pk for employee, _on in due])
    for employee, on in due:
        _remind(employee, on, by_push=employee.pk in reachable)
    return len(due)


def _reached_by_push(employee_ids: list[int]) -> set[int]:
    working = PushSubscription.objects.working().filter(device__revoked_at__isnull=True)
    subscriptions = working.filter(device__employee__in=employee_ids)
    return set(subscriptions.values_list("device__employee", flat=True))


REMINDS_FOR = timedelta(hours=2)
USUAL_START = datetime(2000, 1, 1, 9, 0).time()  # noqa: DTZ001 - a time of day


def _is_due(calendar: Calendar, pk: int, now: datetime, wait: timedelta) -> bool:
    on = calendar.date_of(pk, now)
    if not calendar.works(pk, on):
        return False
    start = datetime.combine(on, calendar.starts_at(pk, USUAL_START), now.tzinfo) + wait
    return start <= now < start + REMINDS_FOR


def _remind(employee: Employee, on: date, *, by_push: bool) -> None:
    """Remind one employee, once a day by the notice's key, however often the job runs. The open app
    is notified in any case; an e-mail goes to people who cannot be woken otherwise."""
    if not by_push and employee.email:
        send_notice(
            recipient=employee,
            kind="check_in",
            title=_("How are you today?"),
            body=_("It takes a few seconds. Opening the page records nothing; you choose there."),
            path="/portal/check-in/",
            dedupe=f"check-in:employee:{employee.pk}:{on}",
            lane=1,
        )
    for device in employee.devices.filter(revoked_at__isnull=True):
        send_notice(
            recipient=device,
            kind="check_in",
            title=_("How are you today?"),
            path="/app/#condition",
            dedupe=f"check-in:{device.pk}:{on}",
            lane=1,
        )


def tell_health_of_overdue(today: date) -> None:
    """Notify 産業保健 once a day of overdue tasks, by a page behind a notice without names."""
    overdue = CareTask.objects.open().filter(due_on__lt=today).count()
    if not overdue:
        return
    for user in User.objects.filter(roles__contains=[Role.OCCUPATIONAL_HEALTH], is_active=True):
        send_notice(
            recipient=user,
            kind="care_overdue",
            title=_("%(count)s care tasks are overdue") % {"count": overdue},
            path="/portal/care/",
            dedupe=f"care-overdue:{user.pk}:{today}",
            lane=1,
        )


def forget_old(today: date) -> None:
    """Delete named answers after their time; the frozen figures stay."""
    before = today - timedelta(days=WellbeingSettings.current().keep_days)
    CheckIn.objects.filter(date__lt=before).delete()
    CareTask.objects.filter(done_at__date__lt=before).delete()
