"""Who cannot help after all: people who are excluded, gone or not to be reached, and a company
whose service stops."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Role, User
from escalation import next_move
from escalation.moves.state import Struck, Suspended, Unreachable
from incidents.models import Incident
from notifications.models import Delivery, Notice
from people.supervision.duties import is_on_call_duty


def strike(
    *, user_id: int, employee_id: int | None = None, incident_id: UUID | None = None
) -> None:
    """Strike a person from one open incident, from those of one employee, or from all. Notices are
    withdrawn, and a person waited for or called just now is replaced at once."""
    about = Q()
    if employee_id is not None or incident_id is not None:
        about = Q(reporter=employee_id) if employee_id else Q(public_id=incident_id)
    for incident in Incident.objects.open().filter(about).order_by("pk"):
        if _is_in(incident, user_id):
            next_move.apply(incident, Struck(user_id))


def strike_if_gone(*, user_id: int) -> None:
    """Strike a person without sign-in or role from all, unless others may still count on them."""
    user = User.objects.get(pk=user_id)
    is_hr = user.is_active and Role.HR_ADMIN in user.roles
    if not is_hr and not is_on_call_duty(user):
        strike(user_id=user_id)


def _is_in(incident: Incident, user_id: int) -> bool:
    answered = (incident.acknowledged_by_id, incident.coming_by_id, incident.arrived_by_id)
    called = Q(user_ids__contains=[user_id]) | Q(is_hr=True)
    return user_id in answered or incident.rungs.filter(called).exists()


def note_unreachable(*, incident_id: UUID) -> None:
    """Note that every way to a person has failed: if that is so of all who were called last, the
    next are called at once."""
    incident = Incident.objects.get(public_id=incident_id)
    next_move.apply(incident, Unreachable(frozenset(_unreachable(incident_id))))


def _unreachable(incident_id: UUID) -> set[int]:
    """People whose newest page failed on every way, or had none."""
    living = Delivery.objects.filter(notice=OuterRef("pk")).exclude(state=Delivery.State.FAILED)
    pages = Notice.objects.filter(incident_id=incident_id, kind=Notice.ALARM)
    newest = pages.order_by("recipient_user_id", "-pk").distinct("recipient_user_id")
    failed = Notice.objects.filter(~Exists(living), pk__in=newest.values("pk"))
    return set(failed.values_list("recipient_user_id", flat=True))


def say_that_the_service_stops() -> None:
    """Advise everybody in open alarms of a company about to be suspended to call 110."""
    for incident in Incident.objects.real().open().order_by("pk"):
        next_move.apply(incident, Suspended())
