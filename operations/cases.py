"""Verbs of a case: atomic, keyword-only, each refusal an `errors.Refused`.

An `operator` is the Actor of `selectors.operator_actor(request.user)`; ids are public ids (UUID).

What changes is announced as `operations.case_changed`.

Rows are locked in this order everywhere, so that no two verbs wait for each other:
shift -> grant of break-glass -> the company's incident, its audit -> responder -> case (two by id)
-> hand-over -> dispatch -> grant of the case.
"""

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from audit.actors import Actor
from jobs.services import HasId
from operations import ladder
from operations.errors import (
    AlreadyClaimed,
    CaseClosed,
    DispatchStillActive,
    NotYourCase,
    UnknownCase,
    UnknownStep,
    WrongResult,
)
from operations.events import case_changed, hint_consoles, id_of
from operations.grants import OWNING, close_grants, let_grants_run_out, open_grant
from operations.models import AccessGrant, Case, Dispatch, Handover, StepDone
from operations.protocol import steps_of
from operations.selectors import operator_name
from operations.shifts import must_be_on_shift
from tenants.hosts import CompanyRef


@transaction.atomic
def open_case(
    company: CompanyRef,
    *,
    incident_id: uuid.UUID,
    number: int,
    site_name: str,
    place: str,
    level: str,
    drill: str,
    source: str,
) -> Case:
    """Open a case for an incident; asked for twice it is the first one."""
    facts = {
        "number": number,
        "site_name": site_name,
        "place": place[:80],
        "level": level,
        "drill": drill,
        "source": source,
    }
    case, created = Case.objects.open().get_or_create(
        company_id=company.id, incident_id=incident_id, defaults=facts
    )
    if created:
        case.refresh_from_db()
        ladder.begin(case)
        hint_consoles("requested", case)
    return case


def lock_newest_case(company: HasId, incident_id: UUID) -> Case | None:
    """Lock a case; its holder decides before the next operator. The incident's row comes first."""
    cases = Case.objects.filter(company_id=company.id, incident_id=incident_id)
    locked = cases.select_related("company").select_for_update(of=("self",))
    return locked.order_by("-requested_at", "-pk").first()


@transaction.atomic
def ring_again(company: HasId, incident_id: UUID) -> Case | None:
    """Make a waiting case wait anew, with a new ladder. None if it was taken, or is over."""
    case = lock_newest_case(company, incident_id)
    if case is None or not case.is_waiting:
        return None
    _wait_anew(case)
    hint_consoles("requested", case)
    return case


@transaction.atomic
def withdraw(company: HasId, incident_id: UUID) -> None:
    """Withdraw a case whose incident ended before anybody took it."""
    case = lock_newest_case(company, incident_id)
    if case is not None and case.is_waiting:
        _close(case, None, Case.Result.WITHDRAWN, None)
        hint_consoles("closed", case)


def note_cry(company: HasId, incident_id: UUID) -> None:
    """Note a cry for help: all consoles ring, or the one that has the case."""
    _note(company, incident_id, "cried", cried_at=Now(), company_closed_at=None)


def note_company_closed(company: HasId, incident_id: UUID) -> None:
    """Note that the company ended the incident; the case stays with its operator, who decides."""
    _note(company, incident_id, "company_closed", company_closed_at=Now())


def note_company_told(company: HasId, incident_id: UUID) -> None:
    """Note that the company's people were advised to call 110 after 90 s without an operator."""
    _note(
        company, incident_id, "company_told", company_told_at=Now(), ladder_step=ladder.COMPANY_TOLD
    )


def note_news(company: HasId, incident_id: UUID) -> None:
    """Note news that the case's operator has to read: safe, still open, nobody came."""
    for case in _open_case_of(company, incident_id):
        hint_consoles("news", case)


def _note(company: HasId, incident_id: UUID, what: str, **fresh: Any) -> None:
    open_one = _open_case_of(company, incident_id)
    if open_one.update(**fresh):
        hint_consoles(what, open_one.get())


def _open_case_of(company: HasId, incident_id: UUID) -> QuerySet[Case]:
    return Case.objects.open().filter(company_id=company.id, incident_id=incident_id)


@transaction.atomic
def claim(*, case_id: UUID, operator: Actor) -> AccessGrant:
    """Take a waiting case. The database decides who was first; the others learn who.

    Claimed again by its owner it is the same grant, or one for as long again. Raises NotOnShift,
    UnknownCase, CaseClosed, AlreadyClaimed.
    """
    me = id_of(operator)
    must_be_on_shift(me)
    taken = Case.objects.filter(public_id=case_id, state=Case.State.REQUESTED).update(
        state=Case.State.CLAIMED,
        owner_id=me,
        claimed_at=Now(),
        first_claimed_at=Coalesce(F("first_claimed_at"), Now()),
        owner_until=Now() + Case.SIGN_OF_LIFE,
    )
    case = _case(case_id)
    if not taken:
        return _grant_of_owner(case_id, operator)
    grant = open_grant(case, me, AccessGrant.Source.CLAIM)
    ladder.stop(case)
    ladder.watch_owner(case)
    case_changed(case, "claimed", me, at=case.claimed_at)
    return grant


def _case(case_id: UUID) -> Case:
    case = Case.objects.select_related("company").filter(public_id=case_id).first()
    if case is None:
        raise UnknownCase
    return case


def _grant_of_owner(case_id: UUID, operator: Actor) -> AccessGrant:
    """The owner's grant; a new one if the case has outlasted the first."""
    try:
        case = get_owned_case(case_id, operator)
    except NotYourCase:
        raise AlreadyClaimed(operator_name(_case(case_id).owner_id)) from None
    grant = AccessGrant.objects.in_force().owning().filter(case=case).first()
    if grant:
        return grant
    close_grants(case, OWNING)
    return open_grant(case, id_of(operator), AccessGrant.Source.CLAIM)


def get_owned_case(case_id: UUID, operator: Actor) -> Case:
    """The case, locked, if this operator holds it. Raises UnknownCase, CaseClosed, NotYourCase."""
    case = Case.objects.locked().filter(public_id=case_id).first()
    if case is None:
        raise UnknownCase
    if case.is_closed:
        raise CaseClosed
    if case.owner_id != id_of(operator):
        raise NotYourCase
    return case


@transaction.atomic
def give_back(*, case_id: UUID, operator: Actor) -> None:
    """To the top of the queue. Raises UnknownCase, CaseClosed, NotYourCase."""
    return_to_queue(get_owned_case(case_id, operator), "given_back")


def return_to_queue(case: Case, what: str) -> None:
    """Return it to the top of the queue, with a new ladder; its owner's access closes."""
    owner = case.owner_id
    _wait_anew(case)
    close_grants(case, OWNING)
    Handover.objects.filter(case=case, accepted_at=None, cancelled_at=None).update(
        cancelled_at=Now()
    )
    case_changed(case, what, owner)


def _wait_anew(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(
        state=Case.State.REQUESTED,
        owner_id=None,
        owner_until=None,
        waiting_since=Now(),
        turn=F("turn") + 1,
        ladder_step=0,
        company_told_at=None,
    )
    case.refresh_from_db()
    ladder.begin(case)


@transaction.atomic
def close_case(*, case_id: UUID, operator: Actor, result: str, words: str = "") -> None:
    """The desk's part is over; the company gets the result, and what the operator adds.

    Raises UnknownCase, CaseClosed, NotYourCase, WrongResult, DispatchStillActive.
    """
    case = get_owned_case(case_id, operator)
    if result not in case.possible_results:
        raise WrongResult
    if case.dispatches.active().exists():
        raise DispatchStillActive
    Case.objects.filter(pk=case.pk).update(closing_words=words)
    _close(case, id_of(operator), result, None)
    case_changed(case, "closed", id_of(operator), result=result, words=words)


def _close(case: Case, by: UUID | None, result: str, at: datetime | None) -> None:
    Case.objects.filter(pk=case.pk).update(
        state=Case.State.CLOSED,
        closed_at=at or Now(),
        closed_by=by,
        result=result,
        owner_until=None,
    )
    Handover.objects.open().filter(case=case).update(cancelled_at=Now())
    case.dispatches.reserved().update(state=Dispatch.State.CANCELLED, ended_at=Now())
    let_grants_run_out(case)
    ladder.stop(case)


@transaction.atomic
def do_step(*, case_id: UUID, operator: Actor, step_id: int) -> StepDone:
    """Tick a step of the protocol; the first tick counts.

    Raises UnknownCase, CaseClosed, NotYourCase, UnknownStep.
    """
    case = get_owned_case(case_id, operator)
    step = steps_of(case.company_id).filter(pk=step_id).first()
    if step is None:
        raise UnknownStep
    done, _created = StepDone.objects.get_or_create(
        case=case, step=step, defaults={"done_by": id_of(operator)}
    )
    hint_consoles("step", case)
    return done
