"""The clocks of an incident. Each handler reads the row again; what is settled is left alone."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Actor
from escalation.climbing import climb, page
from escalation.desk import Change, follow
from escalation.exercises import tell_that_it_begins
from escalation.models import Exercise
from incidents.models import Incident
from incidents.services import CLOCK
from jobs.models import Job
from jobs.registry import handler, subscriber
from operations.models import Case
from operations.selectors import operator_name
from operations.services import close_case_of


@handler("escalation.climb", lane=0)
def climb_next(job: Job) -> None:
    climb(Incident.objects.get(public_id=job.payload["incident"]))


@handler("escalation.exercise_begins")
def exercise_begins(job: Job) -> None:
    tell_that_it_begins(Exercise.objects.get(pk=job.payload["exercise"]))


@handler("escalation.no_answer", lane=0)
def no_answer(job: Job) -> None:
    """Closed by others and no word from her: a second person looks."""
    incident = Incident.objects.get(public_id=job.payload["incident"])
    if incident.is_open or incident.safe_at or incident.round != job.payload["round"]:
        return
    called = incident.rungs.order_by("order").values_list("user_ids", flat=True)
    everybody = [user_id for users in called for user_id in users]
    others = [one for one in everybody if one != incident.acknowledged_by_id]
    second = User.objects.filter(pk__in=others[:1], is_active=True).first()
    if second is not None:
        page(incident, second, "no_answer")


@handler("escalation.tell_operators", lane=0, calls_out=True)
def tell_operators(job: Job) -> None:
    case = Case.objects.select_related("company").get(public_id=job.payload["case"])
    EmailMessage(
        subject=_("[Support requested] %(company)s") % {"company": case.company.name},
        body=_("%(company)s, %(site)s, alarm %(number)s. Open the console to take it.")
        % {"company": case.company.name, "site": case.site_name, "number": case.number},
        to=[settings.OPERATORS_EMAIL],
        headers={"Message-ID": f"<{case.public_id}@{settings.MAIL_DOMAIN}>"},
    ).send()


@subscriber(
    "incidents.event_recorded",
    name="escalation.close_case",
    lane=0,
    wants=lambda event: event["kind"] == "closed",
)
def close_case(job: Job) -> None:
    incident = Incident.objects.get(public_id=job.payload["incident"])
    if incident.closed_at is not None:
        close_case_of(job.company, incident.public_id, incident.closed_at)


@subscriber("operations.case_changed", name="escalation.follow_desk", lane=0)
def follow_desk(job: Job) -> None:
    facts = dict(job.payload)
    by, what = facts.pop("by"), facts.pop("what")
    case = Case.objects.get(public_id=facts.pop("case"))
    incident = Incident.objects.get(public_id=facts.pop("incident"))
    name = operator_name(UUID(by)) if by else ""
    actor = Actor(kind="operator", id=by, name=name) if by else CLOCK
    change = Change(what=what, key=str(job.pk), actor=actor, facts=facts)
    follow(incident=incident, case=case, change=change)
