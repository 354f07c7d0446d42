"""The desk's own ladder: what happens while nobody takes a case, or its console falls silent.

Each step is a job of the case's turn; what is settled is left alone when it comes due. Notifying
the company after 90 seconds is the company's own next move.
"""

from datetime import timedelta
from uuid import UUID

from jobs.clock import database_now
from jobs.registry import Retry
from jobs.services import cancel_with_prefix, schedule
from operations.events import hint_consoles, security_company
from operations.models import Case

STEPS: dict[int, timedelta] = {
    1: timedelta(seconds=30),
    2: timedelta(seconds=60),
}
ALL_CONSOLES, BACKUP_CENTRE = STEPS
COMPANY_TOLD = 3


def begin(case: Case) -> None:
    """Schedule the steps, counted from when the case came to wait."""
    for step, after in STEPS.items():
        schedule(
            case.company,
            kind="operations.climb",
            key=f"{_prefix(case)}{case.turn}:{step}",
            payload={"case": str(case.public_id), "turn": case.turn, "step": step},
            lane=0,
            due_at=case.waiting_since + after,
        )


def stop(case: Case) -> None:
    cancel_with_prefix(_prefix(case))


def _prefix(case: Case) -> str:
    return f"desk:{case.public_id}:"


def climb(*, case_id: UUID, turn: int, step: int) -> None:
    waiting = Case.objects.filter(
        public_id=case_id, turn=turn, state=Case.State.REQUESTED, ladder_step__lt=step
    )
    if not waiting.update(ladder_step=step):
        return
    case = Case.objects.select_related("company").get(public_id=case_id)
    hint_consoles("louder", case)
    _call_staff(case, step)


def _call_staff(case: Case, step: int) -> None:
    """Schedule a job in the desk's own schema, where its people and their channels are."""
    company = security_company()
    if company is not None:
        schedule(
            company,
            kind="operations.call_lead" if step == ALL_CONSOLES else "operations.call_backup",
            key=f"desk_staff:{case.public_id}:{case.turn}:{step}",
            payload={"case": str(case.public_id), "turn": case.turn},
            lane=0,
        )


def watch_owner(case: Case) -> None:
    """Schedule the job that checks an owned case whenever its deadline passes."""
    schedule(
        case.company,
        kind="operations.owner_lost",
        key=f"desk_owner:{case.public_id}:{case.turn}",
        payload={"case": str(case.public_id), "turn": case.turn},
        lane=0,
        due_at=case.owner_until,
    )


def lost_case(*, case_id: UUID, turn: int) -> Case | None:
    """The case, locked, if its console has fallen silent. Raises Retry while it has not."""
    claimed = (
        Case.objects.select_related("company")
        .select_for_update(of=("self",))
        .filter(public_id=case_id, turn=turn, state=Case.State.CLAIMED)
    )
    case = claimed.first()
    if case is None or case.owner_until is None:
        return None
    left = case.owner_until - database_now()
    if left > timedelta(0):
        raise Retry(max(left, timedelta(seconds=1)), "the console is there")
    return case
