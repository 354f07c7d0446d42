"""A case of one of the companies, taken at the desk of the security company."""

from uuid import UUID

from accounts.models import User
from operations import handovers
from operations.cases import claim
from operations.dispatches import send_responder
from operations.grants import ask_break_glass
from operations.models import Case, Centre, Responder
from operations.selectors import operator_actor
from operations.shifts import start_shift
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
    return {
        "case": str(case.public_id),
        "dispatch": str(dispatch.public_id),
        "offer": str(offer.public_id),
        "glass": str(glass.public_id),
    }
