"""The checklist of a case: the company's own steps, else the desk's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet

from operations.models import Case, ProtocolStep, StepDone

Fact = ProtocolStep.Fact


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    step_id: int
    text: str
    due_at: datetime | None
    done_at: datetime | None
    done_by: UUID | None
    fact: str
    """What ticked it, in words, if nobody did."""

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


def steps_of(company_id: int) -> QuerySet[ProtocolStep]:
    own = ProtocolStep.objects.filter(company=company_id, is_retired=False)
    return own if own.exists() else ProtocolStep.objects.filter(company=None, is_retired=False)


@transaction.atomic
def save_step(step: ProtocolStep) -> ProtocolStep:
    """Save a step; one that was ticked keeps its words for those cases, and a copy takes over."""
    if step.pk and StepDone.objects.filter(step=step).exists() and not step.is_retired:
        ProtocolStep.objects.filter(pk=step.pk).update(is_retired=True)
        step.pk = None
        step._state.adding = True
    step.save()
    return step


def checklist(case: Case) -> list[ChecklistLine]:
    """The steps in order; times count from the first claim. Retired steps that were done stay.

    A step that names a fact is done when the fact came about, or when it was ticked before that.
    """
    done = {
        step_done.step_id: step_done
        for step_done in StepDone.objects.filter(case=case).select_related("step")
    }
    steps = {step.pk: step for step in steps_of(case.company_id)}
    steps |= {step_done.step_id: step_done.step for step_done in done.values()}
    ordered = sorted(steps.values(), key=lambda step: (step.order, step.pk))
    facts = facts_of(case)
    return [_line(case, step, done.get(step.pk), facts.get(step.fact)) for step in ordered]


def facts_of(case: Case) -> dict[str, datetime | None]:
    """Times of the facts that a step may name, as far as they came about."""
    sent = case.dispatches.sent().aggregate(first=Min("requested_at"), there=Min("arrived_at"))
    calls = [at for at in (case.police_called_at, case.fire_called_at) if at is not None]
    return {
        Fact.LISTENED: case.listened_at,
        Fact.PHONED: case.phoned_at,
        Fact.DISPATCHED: sent["first"],
        Fact.ARRIVED: sent["there"],
        Fact.EMERGENCY_CALLED: min(calls, default=None),
        Fact.CLOSED: case.closed_at if case.closed_by else None,
    }


def _line(
    case: Case, step: ProtocolStep, done: StepDone | None, fact: datetime | None
) -> ChecklistLine:
    ticked = done if done and (fact is None or done.done_at < fact) else None
    due = None
    if step.within_seconds is not None and case.first_claimed_at is not None:
        due = case.first_claimed_at + timedelta(seconds=step.within_seconds)
    return ChecklistLine(
        step_id=step.pk,
        text=step.text,
        due_at=due,
        done_at=ticked.done_at if ticked else fact,
        done_by=ticked.done_by if ticked else None,
        fact=step.get_fact_display() if fact and not ticked else "",
    )
