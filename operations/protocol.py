"""The checklist of a case: the company's own steps, else the desk's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from operations.models import Case, ProtocolStep, StepDone


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    step_id: int
    text: str
    due_at: datetime | None
    done_at: datetime | None
    done_by: UUID | None

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


def steps_of(company_id: int) -> QuerySet[ProtocolStep]:
    own = ProtocolStep.objects.filter(company=company_id, is_retired=False)
    return own if own.exists() else ProtocolStep.objects.filter(company=None, is_retired=False)


@transaction.atomic
def save_step(step: ProtocolStep) -> ProtocolStep:
    """A step that was ticked somewhere keeps its words for those cases; a new one takes over."""
    if step.pk and StepDone.objects.filter(step=step).exists() and not step.is_retired:
        ProtocolStep.objects.filter(pk=step.pk).update(is_retired=True)
        step.pk = None
        step._state.adding = True
    step.save()
    return step


def checklist(case: Case) -> list[ChecklistLine]:
    """In order; times count from the first claim. Retired steps that were done stay."""
    done = {one.step_id: one for one in StepDone.objects.filter(case=case).select_related("step")}
    steps = {step.pk: step for step in steps_of(case.company_id)}
    steps |= {one.step_id: one.step for one in done.values()}
    ordered = sorted(steps.values(), key=lambda step: (step.order, step.pk))
    return [_line(case, step, done.get(step.pk)) for step in ordered]


def _line(case: Case, step: ProtocolStep, done: StepDone | None) -> ChecklistLine:
    due = None
    if step.within_seconds is not None and case.first_claimed_at is not None:
        due = case.first_claimed_at + timedelta(seconds=step.within_seconds)
    return ChecklistLine(
        step_id=step.pk,
        text=step.text,
        due_at=due,
        done_at=done.done_at if done else None,
        done_by=done.done_by if done else None,
    )
