"""Opening and ending access to one incident. Called inside the transactions of the verbs."""

import json
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Least, Now

from accounts.permissions import Subject, can
from audit.actors import Actor
from operations.company_access import door
from operations.errors import (
    CaseClosed,
    NobodyHoldsIt,
    NoGrant,
    NotTheLead,
    ReasonNeeded,
    SecondPersonNeeded,
    UnknownCase,
)
from operations.events import case_changed, id_of
from operations.models import AccessGrant, Case
from operations.shifts import must_be_on_shift

BREAK_GLASS_FOR = timedelta(minutes=30)
READING_FOR = timedelta(minutes=30)


def open_grant(
    case: Case, operator_id: UUID, source: str, lasts: timedelta = AccessGrant.LONGEST
) -> AccessGrant:
    grant = AccessGrant.objects.create(
        case=case,
        company_id=case.company_id,
        incident_id=case.incident_id,
        operator_id=operator_id,
        source=source,
        opened_at=Now(),
        expires_at=Now() + lasts,
    )
    grant.refresh_from_db(fields=["opened_at", "expires_at"])
    return grant


def close_grants(case: Case, condition: Q | None = None) -> int:
    """Close a case's grants at once: it went back, or into other hands."""
    grants = AccessGrant.objects.filter(condition or Q(), case=case, closed_at__isnull=True)
    return grants.update(closed_at=Now())


OWNING = Q(source__in=[AccessGrant.Source.CLAIM, AccessGrant.Source.TRANSFER])


def let_grants_run_out(case: Case) -> None:
    """Leave thirty minutes for notes after a case has ended. Break-glass lasts no longer
    anyhow, and is locked when it is opened or ended."""
    grants = AccessGrant.objects.filter(case=case, closed_at__isnull=True, opened_at__isnull=False)
    grants.exclude(source=AccessGrant.Source.BREAK_GLASS).update(
        expires_at=Least("expires_at", Now() + AccessGrant.AFTER_THE_END)
    )


@transaction.atomic
def read_along(*, case_id: UUID, lead: Actor) -> AccessGrant:
    """Let the lead read a case that a colleague holds: no sound, and nothing can be written.

    Access that is there already is kept. It opens no page yet: each look is in the company's
    audit. Raises NotOnShift, NotTheLead, UnknownCase, CaseClosed, NobodyHoldsIt.
    """
    must_be_on_shift(id_of(lead))
    if not can(lead, "lead", Subject(kind="desk")):
        raise NotTheLead
    case = Case.objects.locked().filter(public_id=case_id).first()
    if case is None:
        raise UnknownCase
    if case.is_closed:
        raise CaseClosed
    if case.is_waiting:
        raise NobodyHoldsIt
    own = AccessGrant.objects.in_force().filter(case=case, operator_id=lead.id).first()
    return own or open_grant(case, id_of(lead), AccessGrant.Source.READING, READING_FOR)


@transaction.atomic
def ask_break_glass(*, case_id: UUID, operator: Actor, reason: str) -> AccessGrant:
    """緊急閲覧, first step: ask for a case that is closed or in other hands. It opens nothing yet.

    Raises NotOnShift, ReasonNeeded, UnknownCase.
    """
    must_be_on_shift(id_of(operator))
    if reason not in AccessGrant.Reason.values:
        raise ReasonNeeded
    case = Case.objects.select_related("company").filter(public_id=case_id).first()
    if case is None:
        raise UnknownCase
    grant = AccessGrant.objects.create(
        case=case,
        company_id=case.company_id,
        incident_id=case.incident_id,
        operator_id=id_of(operator),
        source=AccessGrant.Source.BREAK_GLASS,
        reason=reason,
    )
    case_changed(case, "break_glass_asked", grant.operator_id, grant=grant.public_id)
    return grant


@transaction.atomic
def approve_break_glass(*, grant_id: UUID, approver: Actor) -> AccessGrant:
    """Approve as the second person. The company is notified at once, in the same transaction.

    Raises NotOnShift, NoGrant, SecondPersonNeeded.
    """
    must_be_on_shift(id_of(approver))
    waiting = AccessGrant.objects.select_for_update(of=("self",)).filter(
        public_id=grant_id,
        source=AccessGrant.Source.BREAK_GLASS,
        opened_at__isnull=True,
        closed_at__isnull=True,
    )
    grant = waiting.select_related("case__company").first()
    if grant is None:
        raise NoGrant
    if grant.operator_id == id_of(approver):
        raise SecondPersonNeeded
    AccessGrant.objects.filter(pk=grant.pk).update(
        approved_by=id_of(approver), opened_at=Now(), expires_at=Now() + BREAK_GLASS_FOR
    )
    grant.refresh_from_db()
    facts = {"reason": grant.reason, "approved_by": str(grant.approved_by)}
    _write_down(grant, "break_glass.opened", facts)
    case_changed(
        grant.case, "break_glass", grant.operator_id, grant=grant.public_id, reason=grant.reason
    )
    return grant


@transaction.atomic
def end_break_glass(*, grant_id: UUID, operator: Actor) -> None:
    """Decline it, as anybody on shift, or end it early, as its holder. Raises NotOnShift."""
    must_be_on_shift(id_of(operator))
    asked = AccessGrant.objects.select_for_update().filter(
        public_id=grant_id, source=AccessGrant.Source.BREAK_GLASS, closed_at__isnull=True
    )
    grant = asked.first()
    if grant is None:
        return
    if AccessGrant.objects.in_force().filter(pk=grant.pk).exists():
        _write_down(grant, "break_glass.ended", {"ended_by": operator.id})
    AccessGrant.objects.filter(pk=grant.pk).update(closed_at=Now())


def _write_down(grant: AccessGrant, verb: str, facts: dict[str, str]) -> None:
    """Write it to the company's audit, whether or not anybody looks."""
    holder = Actor(kind="operator", id=str(grant.operator_id))
    text = json.dumps(facts)
    door.write(
        grant_id=grant.public_id,
        operator=holder,
        query=lambda: door.call("ops_append", verb, text),
    )
