"""Everything about one person's conditions: given to the person, or erased without being read."""

from typing import Any

from django.db import transaction

from accounts.models import User
from audit.services import append
from notifications.models import Notice
from people.models import Employee
from wellbeing.models import CareTask, CheckIn, FollowUp, FollowUpChoice, Look


def export_of(employee: Employee) -> dict[str, Any]:
    """Data stored about this person, and who has looked; other people's notes stay theirs."""
    answers = CheckIn.objects.filter(employee=employee).prefetch_related("revisions")
    asked = FollowUp.objects.filter(employee=employee).select_related("incident")
    tasks = CareTask.objects.filter(employee=employee).prefetch_related("reasons")
    looks = Look.objects.filter(employee=employee).select_related("viewer")
    return {
        "employee_number": employee.number,
        "check_ins": [_check_in(check_in) for check_in in answers],
        "care": [
            {
                "created_at": task.created_at,
                "state": task.state,
                "outcome": task.outcome,
                "reasons": [
                    {"rule": reason.rule, "on": reason.on, "facts": reason.facts}
                    for reason in task.reasons.all()
                ],
            }
            for task in tasks
        ],
        "contacts_after_incidents": [
            {
                "incident": follow_up.incident.public_id,
                "due_on": follow_up.due_on,
                "state": follow_up.state,
                "answers": follow_up.answers,
            }
            for follow_up in asked
        ],
        "looks": [{"who": look.viewer.get_full_name(), "on": look.on} for look in looks],
    }


def _check_in(check_in: CheckIn) -> dict[str, Any]:
    fields = ("condition", "note", "note_audience", "wants_contact")
    return {
        "date": check_in.date,
        **{name: getattr(check_in, name) for name in fields},
        "updated_at": check_in.updated_at,
        "before": [
            {name: getattr(old, name) for name in (*fields, "written_at")}
            for old in check_in.revisions.all()
        ],
    }


@transaction.atomic
def erase(*, employee: Employee, by: User) -> None:
    """Erase a person's data on request. Frozen figures hold nobody; the audit keeps ids and that it
    was done, by whom."""
    counts = {
        "check_ins": CheckIn.objects.filter(employee=employee).delete()[0],
        "care": CareTask.objects.filter(employee=employee).delete()[0],
        "contacts": FollowUp.objects.filter(employee=employee).delete()[0],
        "choices": FollowUpChoice.objects.filter(incident__reporter=employee).delete()[0],
        "looks": Look.objects.filter(employee=employee).delete()[0],
        "reminders": Notice.objects.filter(
            kind="check_in", recipient_device__employee=employee
        ).delete()[0]
        + Notice.objects.filter(kind="check_in", recipient_employee=employee).delete()[0],
    }
    append(
        f"conditions:{employee.public_id}",
        "conditions.erased",
        by.as_actor(),
        employee=str(employee.public_id),
        **counts,
    )
