"""Care tasks: made by the rules or by the person's own wish, each for somebody with a name."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from audit.services import append
from notifications.services import send_notice
from people.calendar.work_calendar import Calendar
from people.models import Employee
from people.supervision.coverage import Supervisors
from people.supervision.duties import Exclusions
from wellbeing.models import CareReason, CareTask, CheckIn, RuleSetting
from wellbeing.rules import ASKED, DEFAULTS, Day, Finding, Limits, findings, span_of

URGENT = {"bad_now", "drop", ASKED}
SELF_REFERRAL = "self_referral"


class AlreadyDone(Exception):
    """Somebody has settled this care task before."""


class TooLate(Exception):
    """It cannot be taken back any more: too long ago, or there is a new one."""


def limits() -> dict[str, Limits]:
    """The company's limits: the defaults, as far as it did not change them."""
    changed = {row.rule: row for row in RuleSetting.objects.all()}
    return {name: _limits(default, changed.get(name)) for name, default in DEFAULTS.items()}


def _limits(default: Limits, row: RuleSetting | None) -> Limits:
    if row is None:
        return default
    return Limits(row.is_on, row.count or default.count, row.within_days or default.within_days)


def days_of(employee_ids: Sequence[int], first: date, last: date) -> dict[int, list[Day]]:
    """Every day from first to last of each of these people, in two handfuls of queries."""
    calendar = Calendar(list(employee_ids), first, last)
    answers: dict[tuple[int, date], CheckIn] = {
        (answer.employee_id, answer.date): answer
        for answer in CheckIn.objects.filter(employee__in=employee_ids, date__range=(first, last))
    }
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        pk: [_day(pk, on, answers.get((pk, on)), calendar) for on in dates] for pk in employee_ids
    }


def _day(pk: int, on: date, answer: CheckIn | None, calendar: Calendar) -> Day:
    works = calendar.works(pk, on)
    if answer is None:
        return Day(on, None, works)
    return Day(on, answer.condition, works, answer.wants_contact)


def look_after(employee: Employee, today: date) -> None:
    """Apply the rules to one person, right after an answer."""
    company_limits = limits()
    days = days_of([employee.pk], today - span_of(company_limits), today)[employee.pk]
    add_reasons({employee: findings(days, company_limits)}, today)


@transaction.atomic
def add_reasons(findings_of: Mapping[Employee, Sequence[Finding]], today: date) -> int:
    """Each finding once and for all; new ones join the person's open task, or open one. Returns how
    many people have a new reason."""
    known = set(
        CareReason.objects.filter(employee__in=findings_of).values_list("employee_id", "rule", "on")
    )
    fresh = {
        employee: [
            finding for finding in findings if (employee.pk, finding.rule, finding.on) not in known
        ]
        for employee, findings in findings_of.items()
    }
    fresh = {employee: findings for employee, findings in fresh.items() if findings}
    if fresh:
        tasks = _open_tasks(fresh, today)
        CareReason.objects.bulk_create(
            [
                CareReason(
                    task=tasks[employee.pk],
                    employee=employee,
                    rule=finding.rule,
                    on=finding.on,
                    facts=finding.facts,
                )
                for employee, findings in fresh.items()
                for finding in findings
            ],
            ignore_conflicts=True,
        )
    return len(fresh)


def _open_tasks(
    findings_of: Mapping[Employee, Sequence[Finding]], today: date
) -> dict[int, CareTask]:
    """Open tasks by employee; owners are notified of new ones.

    A silence began days ago: what is due counts from today, or it would be late at birth.
    """
    due = {employee.pk: _due_on(findings, today) for employee, findings in findings_of.items()}
    open_tasks = CareTask.objects.open().filter(
        employee__in=findings_of, circle=CareTask.Circle.SUPERVISOR, follow_up=None
    )
    before = set(open_tasks.values_list("employee_id", flat=True))
    owners = Owners() if len(before) < len(findings_of) else None
    CareTask.objects.bulk_create(
        [
            CareTask(employee=employee, owner=owners.of(employee), due_on=due[employee.pk])
            for employee in findings_of
            if owners and employee.pk not in before
        ],
        ignore_conflicts=True,
    )
    tasks = {task.employee_id: task for task in open_tasks.select_related("owner")}
    for pk in before & tasks.keys():
        if due[pk] < tasks[pk].due_on:
            CareTask.objects.filter(pk=tasks[pk].pk).update(due_on=due[pk])
    tell_owners([task for pk, task in tasks.items() if pk not in before])
    return tasks


def _due_on(findings: Sequence[Finding], today: date) -> date:
    is_urgent = any(finding.rule in URGENT for finding in findings)
    return today + timedelta(days=1 if is_urgent else 3)


class Owners:
    """Owners of tasks: the first supervisor of a person, else occupational health."""

    def __init__(self) -> None:
        self._supervisors = Supervisors()
        self._health = _all_health_staff()

    def of(self, employee: Employee) -> User | None:
        users = self._supervisors.of(employee) or [
            user
            for user in self._health
            if user.pk != employee.user_id and not self._supervisors.is_excluded(user, employee)
        ]
        return next(iter(users), None)


def _all_health_staff() -> list[User]:
    staff = User.objects.filter(roles__contains=[Role.OCCUPATIONAL_HEALTH], is_active=True)
    return list(staff.order_by("pk"))


def health_staff(employee: Employee) -> list[User]:
    """産業保健 for a person, without those excluded, and never the person."""
    own, staff = employee.user_id, _all_health_staff()
    return [user for user in staff if user.pk != own and not Exclusions(user).hide(employee)]


def tell_owners(tasks: Sequence[CareTask]) -> None:
    """Notify each owner once, however many people it is about. No name, no condition: it may
    be read over a shoulder."""
    first: dict[User, CareTask] = {}
    for task in tasks:
        if task.owner is not None:
            first.setdefault(task.owner, task)
    for owner, task in first.items():
        send_notice(
            recipient=owner,
            kind="care",
            title=_("Somebody in your care would be glad of a word"),
            body=_("Please open the page and see who."),
            path="/portal/conditions/",
            dedupe=f"care:{task.public_id}",
            lane=1,
        )


def ask_health(employee: Employee, today: date) -> CareTask:
    """Request occupational health, past the boss. While one is open, it is the same."""
    staff = health_staff(employee)
    task, created = CareTask.objects.get_or_create(
        employee=employee,
        circle=CareTask.Circle.HEALTH,
        state=CareTask.State.OPEN,
        follow_up=None,
        defaults={"owner": staff[0] if staff else None, "due_on": today + timedelta(days=1)},
    )
    if created:
        CareReason.objects.get_or_create(
            employee=employee, rule=SELF_REFERRAL, on=today, defaults={"task": task}
        )
        tell_owners([task])
    return task


@transaction.atomic
def settle(*, task: CareTask, user: User, outcome: str) -> None:
    """声かけ済み: settle a task. Handed on it goes to occupational health. Raises AlreadyDone."""
    settled = (
        CareTask.objects.open()
        .filter(pk=task.pk)
        .update(state=CareTask.State.DONE, outcome=outcome, done_at=Now(), done_by=user)
    )
    if not settled:
        raise AlreadyDone
    _note(task, user, "care.settled", outcome=outcome)
    if outcome == CareTask.Outcome.HANDED_ON and task.circle == CareTask.Circle.SUPERVISOR:
        ask_health(task.employee, task.due_on)


@transaction.atomic
def take_back(*, task: CareTask, user: User) -> None:
    """Open again what this person has settled by a slip. Raises TooLate."""
    settled = CareTask.objects.settled_just_now(user).filter(pk=task.pk)
    try:
        with transaction.atomic():
            opened = settled.update(
                state=CareTask.State.OPEN, outcome="", done_at=None, done_by=None
            )
    except IntegrityError as error:  # new reasons have opened another meanwhile
        raise TooLate from error
    if not opened:
        raise TooLate
    _note(task, user, "care.taken_back")


@transaction.atomic
def put_off(*, task: CareTask, user: User, until: date) -> None:
    """Ask later: it stays open, due on another day. Raises AlreadyDone."""
    if not CareTask.objects.open().filter(pk=task.pk).update(due_on=until):
        raise AlreadyDone
    _note(task, user, "care.put_off", until=until.isoformat())


def _note(task: CareTask, user: User, verb: str, **facts: str) -> None:
    stream = f"care:{task.employee.public_id}"
    append(stream, verb, user.as_actor(), task=str(task.public_id), **facts)
