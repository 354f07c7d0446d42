"""What the platform decides about a company: opening, suspending, letting go on, letting go.

Each is one transaction and an entry in the audit of the platform and of the company.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from accounts.invitations import schedule_invitation
from accounts.models import User
from accounts.roles import Role
from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from escalation.absence import say_that_the_service_stops
from incidents.models import Incident
from jobs.services import wake
from tenants.context import run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company, Contract, Recovery
from tenants.provisioning import create_company
from tenants.schemas import in_public
from tenants.service_stops import wait_for_what_has_begun
from tenants.zones import today_in


class AlarmsAreOpen(Exception):
    """Somebody is waiting for help in there."""


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    username: str
    email: str
    family_name: str
    given_name: str


@transaction.atomic
def open_company(
    *, actor: Actor, name: str, schema: str, host: str, support: bool, first: FirstAdmin
) -> Company:
    """A company with its first HR administrator, who is invited by mail."""
    company = in_public(
        lambda: create_company(name=name, schema=schema, domain=host, support=support)
    )
    # What was asked of this host before it existed is not to be remembered by the next line.
    forget_cached_companies()
    run_in(company, _invite_first, first)
    note(company, "company.opened", actor)
    return company


def _invite_first(first: FirstAdmin) -> None:
    user = User.objects.create_user(
        first.username,
        None,
        email=first.email,
        family_name=first.family_name,
        given_name=first.given_name,
        roles=[Role.HR_ADMIN],
    )
    schedule_invitation(user)


@transaction.atomic
def invite_again(*, actor: Actor, company: Company) -> int:
    """Invite its HR administrators who have never signed in. Returns how many."""
    invited = run_in(company, _invite_waiting)
    if invited:
        note(company, "company.invited_again", actor, people=invited)
    return invited


def _invite_waiting() -> int:
    hr = User.objects.filter(roles__contains=[Role.HR_ADMIN], is_active=True, email__isnull=False)
    waiting = [user for user in hr if not user.has_usable_password()]
    for user in waiting:
        schedule_invitation(user)
    return len(waiting)


@transaction.atomic
def suspend(*, actor: Actor, company: Company, reason: str, force: bool = False) -> None:
    """Make its hosts unknown; nothing is lost. Raises AlarmsAreOpen: `force` advises
    everybody in an open alarm to call 110, and its next move waits until the company goes on."""
    _must_be_quiet(company, force)
    _change(company, is_suspended=True, state_reason=reason)
    _stop_recovery(company)
    note(company, "company.suspended", actor)


@transaction.atomic
def resume(*, actor: Actor, company: Company, reason: str) -> None:
    """Serve it again; what was due in open alarms meanwhile happens now."""
    _change(company, is_suspended=False, state_reason=reason)
    wake(company, "escalation.move")
    note(company, "company.resumed", actor)


@transaction.atomic
def let_go(*, actor: Actor, company: Company, reason: str, force: bool = False) -> None:
    """End the contract: suspend it for good, and end support today. Its data stay
    until they are erased. Raises AlarmsAreOpen, unless it is forced, as for suspend()."""
    _must_be_quiet(company, force)
    _change(company, is_suspended=True, state_reason=reason, let_go_at=Now())
    _stop_recovery(company)
    today = today_in(company.time_zone)
    running = Contract.objects.filter(company=company, support_from__lte=today)
    in_public(lambda: running.update(support_until=today))
    note(company, "company.let_go", actor)


def _must_be_quiet(company: Company, force: bool) -> None:
    wait_for_what_has_begun(company)
    if force:
        run_in(company, say_that_the_service_stops)
    elif run_in(company, Incident.objects.real().open().exists):
        raise AlarmsAreOpen


def _stop_recovery(company: Company) -> None:
    """Stop a running recovery: in a suspended company nobody could object to it."""
    Recovery.objects.unsettled().filter(company=company).update(
        state=Recovery.State.STOPPED, stopped_at=Now(), stopped_by=Recovery.StoppedBy.COMPANY_STATE
    )


def _change(company: Company, **values: object) -> None:
    """Change a company that has not been let go."""
    companies = Company.objects.filter(pk=company.pk, let_go_at__isnull=True)
    in_public(lambda: companies.update(**values))
    transaction.on_commit(forget_cached_companies)


def note(company: Company, verb: str, actor: Actor, **facts: object) -> None:
    """Write to the audit of the platform and of the company, wherever it was decided."""
    platform = Company.objects.filter(kind=Company.Kind.PLATFORM).earliest("pk")
    run_in(platform, lambda: append(ADMIN_STREAM, verb, actor, company=company.schema, **facts))
    run_in(company, lambda: append(ADMIN_STREAM, verb, actor, **facts))


def change_company(company: Company) -> None:
    """Change a company from outside every schema."""
    in_public(company.save)
    transaction.on_commit(forget_cached_companies)
