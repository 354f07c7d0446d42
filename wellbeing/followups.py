"""After an incident somebody asks at +1, +7 and +30 days: whom the person chose, never one who is
kept out of the case. It goes on after the person has left, unless declined."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from people.supervision.duties import Exclusions
from people.supervision.selectors import supervisors_of
from wellbeing import care
from wellbeing.care import health_staff, tell_owners
from wellbeing.models import CareTask, FollowUp, FollowUpChoice

AFTER_DAYS = (1, 7, 30)
QUESTIONS: dict[str, tuple[str, ...]] = {
    "sleep": ("fine", "a_little_bad", "bad"),
    "work": ("as_usual", "hard", "cannot"),
    "wish": ("nothing", "talk_again", "health", "change_of_place"),
}


class NotEligible(Exception):
    """This person cannot be the contact for this incident."""


class UnknownAnswer(Exception):
    """Not one of the questions, or not one of its answers."""


@transaction.atomic
def plan_follow_ups(incident: Incident) -> None:
    """Plan contacts after a real incident of an employee; closed again after a reopening it is one
    plan."""
    employee = incident.reporter
    if employee is None or incident.closed_at is None or incident.drill != Incident.Drill.NONE:
        return
    if incident.outcome in (Incident.Outcome.MISTAKEN, Incident.Outcome.DRILL):
        return
    ended_on = timezone.localdate(incident.closed_at)
    declined = FollowUpChoice.objects.filter(incident=incident, declined=True).exists()
    FollowUp.objects.bulk_create(
        [
            FollowUp(
                incident=incident,
                employee=employee,
                after_days=days,
                due_on=ended_on + timedelta(days=days),
                state=FollowUp.State.DECLINED if declined else FollowUp.State.PLANNED,
            )
            for days in AFTER_DAYS
        ],
        ignore_conflicts=True,
    )


def eligible_contacts(incident: Incident) -> list[User]:
    """Who may be chosen: those responsible and occupational health, without the excluded."""
    employee = incident.reporter
    if employee is None:
        return []
    chain = [assignment.supervisor.user for assignment in supervisors_of(employee)]
    people = [user for user in chain if user is not None] + health_staff(employee)
    once = {user.pk: user for user in people}
    return [
        user
        for user in once.values()
        if not Exclusions(user).hide(employee, incident.public_id) and user.pk != employee.user_id
    ]


@transaction.atomic
def choose_contact(
    *, incident: Incident, contact_id: UUID | None, declined: bool
) -> FollowUpChoice:
    """Raises NotEligible. Declined: what is still planned will not happen, until chosen again."""
    known = {user.public_id: user for user in eligible_contacts(incident)}
    if contact_id is not None and contact_id not in known:
        raise NotEligible
    contact = known[contact_id] if contact_id is not None else None
    choice, _created = FollowUpChoice.objects.update_or_create(
        incident=incident, defaults={"contact": contact, "declined": declined}
    )
    before, after = FollowUp.State.PLANNED, FollowUp.State.DECLINED
    if not declined:
        before, after = after, before
    FollowUp.objects.filter(incident=incident, state=before).update(state=after)
    return choice


def hand_out_due(today: date) -> int:
    """Turn planned contacts whose day has come into care tasks. Returns how many."""
    due = FollowUp.objects.select_for_update(skip_locked=True).filter(
        state=FollowUp.State.PLANNED, due_on__lte=today
    )
    follow_ups = list(due.select_related("employee", "incident"))
    for follow_up in follow_ups:
        _hand_out(follow_up)
    return len(follow_ups)


def _hand_out(follow_up: FollowUp) -> None:
    owner = contact_for(follow_up.incident)
    health = owner is not None and owner in health_staff(follow_up.employee)
    task = CareTask.objects.create(
        employee=follow_up.employee,
        circle=CareTask.Circle.HEALTH if health else CareTask.Circle.SUPERVISOR,
        owner=owner,
        follow_up=follow_up,
        due_on=follow_up.due_on + timedelta(days=1),
    )
    FollowUp.objects.filter(pk=follow_up.pk).update(state=FollowUp.State.ASKED)
    tell_owners([task])


def contact_for(incident: Incident) -> User | None:
    """The chosen contact while eligible; else occupational health, else the supervisor."""
    eligible = eligible_contacts(incident)
    choice = FollowUpChoice.objects.filter(incident=incident).first()
    if choice is not None and choice.contact in eligible:
        return choice.contact
    assert incident.reporter is not None
    health = [user for user in health_staff(incident.reporter) if user in eligible]
    return next(iter(health or eligible), None)


@transaction.atomic
def settle(*, task: CareTask, user: User, outcome: str, answers: dict[str, str]) -> None:
    """Settle a task after asking; after an incident with the person's answers. Raises
    AlreadyDone, UnknownAnswer."""
    if task.follow_up is not None:
        _record_answers(task.follow_up, answers)
    care.settle(task=task, user=user, outcome=outcome)


def _record_answers(follow_up: FollowUp, answers: dict[str, str]) -> None:
    for question, answer in answers.items():
        if answer not in QUESTIONS.get(question, ()):
            raise UnknownAnswer(question)
    FollowUp.objects.filter(pk=follow_up.pk).update(answers=answers)
