"""Taking somebody out of the response: excluded from an incident, or no longer with the company."""

from uuid import UUID

from django.db.models import Q

from escalation import next_move
from escalation.moves.state import Struck
from incidents.models import Incident


def strike(
    *, user_id: int, employee_id: int | None = None, incident_id: UUID | None = None
) -> None:
    """From one open incident, from those of one employee, or from all. Notices are withdrawn, and
    whoever was waited for or called just now is replaced at once."""
    about = Q()
    if employee_id is not None or incident_id is not None:
        about = Q(reporter=employee_id) if employee_id else Q(public_id=incident_id)
    for incident in Incident.objects.open().filter(about).order_by("pk"):
        if _is_in(incident, user_id):
            next_move.apply(incident, Struck(user_id))


def _is_in(incident: Incident, user_id: int) -> bool:
    answered = (incident.acknowledged_by_id, incident.coming_by_id, incident.arrived_by_id)
    return user_id in answered or incident.rungs.filter(user_ids__contains=[user_id]).exists()
