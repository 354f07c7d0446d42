"""The desk's clocks. Each handler reads the row again; what is settled is left alone."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.models import Role, User
from jobs.models import Job
from jobs.registry import handler
from notifications import mail
from notifications.services import send_notice
from operations import dispatches, ladder
from operations.cases import return_to_queue
from operations.models import Case, Centre


@handler("operations.climb", lane=0)
def climb(job: Job) -> None:
    ladder.climb(
        case_id=UUID(job.payload["case"]), turn=job.payload["turn"], step=job.payload["step"]
    )


@handler("operations.owner_lost", lane=0)
def owner_lost(job: Job) -> None:
    case = ladder.lost_case(case_id=UUID(job.payload["case"]), turn=job.payload["turn"])
    if case is not None:
        return_to_queue(case, "console_lost")


@handler("operations.call_lead", lane=0)
def call_lead(job: Job) -> None:
    """In the desk's schema: notify leads by every way they have, on duty or not."""
    case = _waiting(job)
    if case is None:
        return
    for lead in User.objects.filter(is_active=True, roles__contains=[Role.LEAD]):
        send_notice(
            recipient=lead,
            kind="desk",
            title=_("A case has been waiting for 30 seconds"),
            path="/console/",
            dedupe=f"desk:{case.public_id}:{case.turn}:{lead.pk}",
        )


@handler("operations.call_backup", lane=0, calls_out=True)
def call_backup(job: Job) -> None:
    case = _waiting(job)
    addresses = [centre.email for centre in Centre.objects.filter(is_backup=True).exclude(email="")]
    if case is None or not addresses:
        return
    message = EmailMessage(
        subject=_("[Support requested] nobody has answered for 60 seconds"),
        body=_("%(company)s, %(site)s, alarm %(number)s. Open the console to take it.")
        % {"company": case.company.name, "site": case.site_name, "number": case.number},
        to=addresses,
        headers={"Message-ID": f"<{case.public_id}.{case.turn}.backup@{settings.MAIL_DOMAIN}>"},
    )
    mail.send(job, message)


def _waiting(job: Job) -> Case | None:
    waiting = Case.objects.select_related("company").filter(
        public_id=job.payload["case"], turn=job.payload["turn"], state=Case.State.REQUESTED
    )
    return waiting.first()


@handler("operations.dispatch_due", lane=0)
def dispatch_due(job: Job) -> None:
    dispatches.raise_deadline(UUID(job.payload["dispatch"]), job.payload["clock"])
