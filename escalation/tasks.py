"""The clocks of an incident, and what happened below. Each handler makes one call."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.models import STANDING_LOST
from audit.actors import Actor
from escalation import next_move
from escalation.absence import note_unreachable, strike, strike_if_gone
from escalation.case_events import CaseEvent, apply_case_event
from escalation.due_moves import make_move
from escalation.exercises import tell_that_it_begins
from escalation.models import Exercise
from escalation.moves.state import LeftAlone
from incidents.log import CLOCK
from incidents.models import Incident
from jobs.models import Job
from jobs.registry import handler, subscriber
from notifications import mail
from operations.models import Case
from operations.selectors import operator_name


@handler("escalation.move", lane=0)
def move(job: Job) -> None:
    make_move(incident_id=UUID(job.payload["incident"]), turn=job.payload["turn"])


@handler("escalation.left_alone", lane=0)
def left_alone(job: Job) -> None:
    next_move.apply(Incident.objects.get(public_id=job.payload["incident"]), LeftAlone())


@handler("escalation.exercise_begins")
def exercise_begins(job: Job) -> None:
    tell_that_it_begins(Exercise.objects.get(pk=job.payload["exercise"]))


@handler("escalation.tell_operators", lane=0, calls_out=True)
def tell_operators(job: Job) -> None:
    case = Case.objects.select_related("company").get(public_id=job.payload["case"])
    turn = job.payload.get("turn", 1)
    message = EmailMessage(
        subject=_("[Support requested] %(company)s") % {"company": case.company.name},
        body=_("%(company)s, %(site)s, alarm %(number)s. Open the console to take it.")
        % {"company": case.company.name, "site": case.site_name, "number": case.number},
        to=[settings.OPERATORS_EMAIL],
        headers={"Message-ID": f"<{case.public_id}.{turn}@{settings.MAIL_DOMAIN}>"},
    )
    mail.send(job, message)


@subscriber("notifications.person_unreachable", name="escalation.call_others", lane=0)
def call_others(job: Job) -> None:
    note_unreachable(incident_id=UUID(job.payload["incident"]))


@subscriber("people.person_excluded", name="escalation.strike", lane=0)
def strike_excluded(job: Job) -> None:
    incident = job.payload["incident"]
    strike(
        user_id=job.payload["user"],
        employee_id=job.payload["employee"],
        incident_id=UUID(incident) if incident else None,
    )


@subscriber(STANDING_LOST, name="escalation.strike_leaver", lane=0)
def strike_leaver(job: Job) -> None:
    strike_if_gone(user_id=job.payload["user"])


@subscriber("operations.case_changed", name="escalation.follow_desk", lane=0)
def follow_desk(job: Job) -> None:
    facts = dict(job.payload)
    by, what = facts.pop("by"), facts.pop("what")
    facts.pop("case")
    incident = Incident.objects.get(public_id=facts.pop("incident"))
    actor = Actor(kind="operator", id=by, name=operator_name(UUID(by))) if by else CLOCK
    apply_case_event(incident=incident, event=CaseEvent(what, str(job.pk), actor, facts))
