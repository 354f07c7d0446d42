"""A case of one of the companies, taken at the desk of the security company."""

from typing import Any
from uuid import UUID, uuid4

from accounts.models import User
from audit.actors import Actor
from operations import handovers
from operations.cases import claim
from operations.dispatches import send_responder
from operations.grants import ask_break_glass
from operations.models import Case, Centre, Responder
from operations.selectors import grant_in_force, operator_actor
from operations.shifts import start_shift
from recordings.marks import mark_by_grant
from recordings.services import start_listening_by_grant
from tenants.context import run_in
from tenants.models import Company
from tests.isolation.twin_company import Side


def take_case(side: Side, username: str) -> dict[str, str]:
    """At the desk: the case is claimed, M-14 was sent to it, a colleague asks for break-glass and
    for nothing else."""
    ops = Company.objects.get(schema_name="ops")
    staff = {
        name: run_in(ops, lambda name=name: operator_actor(User.objects.get(username=name)))
        for name in ("olga", "otto", "lena")
    }
    for actor in staff.values():
        start_shift(operator=actor, centre=Centre.objects.earliest("pk"))
    case = Case.objects.get(company=side.company)
    claim(case_id=case.public_id, operator=staff["lena"])
    offer = handovers.offer(
        case_id=case.public_id, operator=staff["lena"], to=UUID(staff[username].id), note="引き継ぎ"
    )
    handovers.accept(handover_id=offer.public_id, operator=staff[username])
    unit = Responder.objects.get(call_sign="M-14" if username == "olga" else "B-07")
    dispatch = send_responder(
        case_id=case.public_id, responder_id=unit.public_id, operator=staff[username]
    )
    glass = ask_break_glass(case_id=case.public_id, operator=staff["lena"], reason="review")
    ear, flag = _listen(side, case, staff[username])
    return {
        "ear": str(ear),
        "desk_flag": str(flag),
        "case": str(case.public_id),
        "dispatch": str(dispatch.public_id),
        "offer": str(offer.public_id),
        "glass": str(glass.public_id),
    }


def _listen(side: Side, case: Case, operator: Actor) -> tuple[UUID, UUID]:
    """The holder listens, and marks what is heard."""
    grant = grant_in_force(case.public_id, operator)
    assert grant is not None
    by: dict[str, Any] = {"grant_id": grant.public_id, "operator": operator}
    by |= {"recording_id": UUID(side.names["recording"])}
    ear = start_listening_by_grant(**by, mode="live", session_key="x")
    return ear, mark_by_grant(**by, session=ear, client_id=uuid4(), at_ms=100, word="")
