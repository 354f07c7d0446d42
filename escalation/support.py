"""Asking the security company: the case in public and the record in the company, together."""

from django.db.models.functions import Now

from accounts.permissions import Actor
from escalation.errors import NoSupportContract
from incidents.models import Incident
from incidents.services import record_event
from jobs.services import schedule
from operations import drills
from operations.models import Case
from operations.services import open_case
from tenants.context import current_company


def ask_desk(incident: Incident, actor: Actor, *, source: str) -> None:
    """Raises NoSupportContract. Asked for again, nothing new happens."""
    company = current_company()
    if not company.has_support_contract:
        raise NoSupportContract
    asked = Incident.objects.filter(pk=incident.pk, support_requested_at__isnull=True).update(
        support_requested_at=Now(), level=Incident.Level.SUPPORT
    )
    if not asked:
        return
    record_event(
        incident=incident, kind="support_requested", actor=actor, payload={"source": source}
    )
    if incident.drill == Incident.Drill.INTERNAL:
        return
    case = open_case(
        company,
        incident_id=incident.public_id,
        number=incident.number,
        site_name=incident.site.name if incident.site else "",
        level=Incident.Level.SUPPORT,
        drill=incident.drill,
        source=source,
    )
    _tell_operators(case)


def _tell_operators(case: Case) -> None:
    schedule(
        current_company(),
        kind="escalation.tell_operators",
        key=f"tell_operators:{case.public_id}",
        payload={"case": str(case.public_id)},
        lane=0,
    )


def kind_of_drill(is_drill: bool) -> Incident.Drill:
    """Joint while a drill that the desk has agreed to lasts; else it stays inside the company."""
    if not is_drill:
        return Incident.Drill.NONE
    return Incident.Drill.JOINT if drills.is_running(current_company()) else Incident.Drill.INTERNAL
