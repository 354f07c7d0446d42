"""The last HR administrator's sign-in, where nobody of a company's HR can sign in any more.

One platform administrator asks, another approves; then everybody concerned is notified and has a
day to stop it. It resets a sign-in: it gives no role, and opens nothing of the company to the
platform.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import User
from accounts.roles import Role
from accounts.sign_in_reset import reset_sign_in
from audit.actors import Actor
from companies.services import note
from jobs.services import schedule
from tenants.context import run_in
from tenants.models import NOTICE, Company, Contact, Recovery

CLOCK = Actor(kind="clock", id="recovery")


class CannotBeRecovered(Exception):
    """Nobody of this company's HR with an e-mail address, or the company is suspended."""


class NotANamedContact(Exception):
    """The caller is no named contact of this company."""


class OneIsUnderWay(Exception):
    """The company has a recovery that is neither stopped nor done."""


class NeedsAnother(Exception):
    """Approval by the person who asked."""


class IsSettled(Exception):
    """Somebody was quicker, or the day is over: its ``state`` says which."""


def hr_of(company: Company) -> list[User]:
    """Those who can be notified and recovered."""
    return run_in(company, lambda: list(_hr_with_address()))


def _hr_with_address() -> QuerySet[User]:
    admins = User.objects.filter(roles__contains=[Role.HR_ADMIN], is_active=True)
    return admins.exclude(email__isnull=True).exclude(email="")


@transaction.atomic
def ask(
    *,
    actor: Actor,
    company: Company,
    person: UUID,
    contact: Contact,
    verified_how: str,
    reason: str,
) -> Recovery:
    """Request a recovery. Raises CannotBeRecovered, NotANamedContact, OneIsUnderWay."""
    if company.is_suspended or person not in {one.public_id for one in hr_of(company)}:
        raise CannotBeRecovered
    if contact.company_id != company.pk:
        raise NotANamedContact
    try:
        with transaction.atomic():
            asked = Recovery.objects.create(
                company=company,
                person=person,
                contact=contact,
                verified_how=verified_how,
                reason=reason,
                asked_by=UUID(actor.id),
            )
    except IntegrityError as error:
        raise OneIsUnderWay from error
    note(company, "recovery.asked", actor, **_facts(asked))
    return asked


@transaction.atomic
def approve(*, actor: Actor, recovery: Recovery) -> None:
    """Approve it and begin the day of notice. Raises NeedsAnother, IsSettled."""
    if UUID(actor.id) == recovery.asked_by:
        raise NeedsAnother
    waiting = Recovery.objects.filter(pk=recovery.pk, state=Recovery.State.ASKED)
    if not waiting.update(
        state=Recovery.State.RUNNING,
        approved_by=UUID(actor.id),
        approved_at=Now(),
        due_at=Now() + NOTICE,
    ):
        raise IsSettled
    recovery.refresh_from_db()
    _schedule_reset(recovery)
    note(recovery.company, "recovery.approved", actor, **_facts(recovery))


def _schedule_reset(recovery: Recovery) -> None:
    """Schedule the reset, and a mail to each person who can stop it."""
    key = str(recovery.public_id)

    def schedule_for(kind: str, due_at: datetime | None = None, /, **to: int) -> None:
        whom = "".join(f":{who}:{pk}" for who, pk in to.items())
        schedule(
            recovery.company,
            kind=kind,
            key=f"{kind}:{key}{whom}",
            due_at=due_at,
            payload={"recovery": key, **to},
        )

    schedule_for("platform.recover", recovery.due_at)
    for user in hr_of(recovery.company):
        schedule_for("platform.tell_of_recovery", user=user.pk)
    for contact in Contact.objects.filter(company=recovery.company):
        schedule_for("platform.tell_of_recovery", contact=contact.pk)


@transaction.atomic
def stop(*, actor: Actor, recovery: Recovery, by: Recovery.StoppedBy) -> None:
    """Stop it; the first press wins, also against the clock. Raises IsSettled."""
    open_ = Recovery.objects.unsettled().filter(pk=recovery.pk)
    if not open_.update(state=Recovery.State.STOPPED, stopped_by=by, stopped_at=Now()):
        raise IsSettled
    note(recovery.company, "recovery.stopped", actor, by=by.value, **_facts(recovery))


@transaction.atomic
def carry_out(recovery_id: UUID) -> None:
    """Reset the sign-in inside the company when the day is over, unless it was stopped."""
    due = Recovery.objects.running().filter(public_id=recovery_id, due_at__lte=Now())
    recovery = due.select_related("company").first()
    if recovery is None:
        return
    person = _hr_with_address().filter(public_id=recovery.person).first()
    if person is None:
        stop(actor=CLOCK, recovery=recovery, by=Recovery.StoppedBy.CLOCK)
    elif due.update(state=Recovery.State.DONE, done_at=Now()):
        reset_sign_in(person)
        note(recovery.company, "recovery.done", CLOCK, **_facts(recovery))


def _facts(recovery: Recovery) -> dict[str, str | int]:
    return {
        "recovery": str(recovery.public_id),
        "person": str(recovery.person),
        "contact": recovery.contact_id,
    }
