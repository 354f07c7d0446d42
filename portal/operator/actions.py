"""The buttons of the desk. Each is a form that works without script and makes one call."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.actors import Actor
from operations import (
    cases,
    dispatches,
    grants,
    handovers,
    memos,
)
from operations.company_access import entries
from operations.company_access.entries import CallMade
from operations.errors import NoGrant, NotTheLead, Refused, UnknownCase, UnknownDispatch
from operations.models import AccessGrant, Dispatch
from portal.live.case_forms import HandoverForm
from portal.operator import forms
from portal.operator.access import (
    View,
    for_operators,
    grant_of,
    is_fragment,
    page_of,
    redirect_in_console,
    stay_with_flash,
)
from portal.operator.views import render_parts

NOT_THERE = (NoGrant, NotTheLead, UnknownCase, UnknownDispatch)


def queue_action(act: Callable[..., str | None]) -> View:
    """A button of the queue: one call, then the page that `act` names; None stays here."""

    @require_POST
    @for_operators
    @wraps(act)
    def pressed(request: HttpRequest, operator: Actor, **names: UUID) -> HttpResponseBase:
        try:
            target = act(request, operator, **names)
        except NOT_THERE:
            raise Http404 from None
        except Refused as refusal:
            messages.error(request, refusal.message())
            return stay_with_flash(request, reverse("operator:cases"))
        if target:
            return redirect_in_console(request, target)
        return stay_with_flash(request, reverse("operator:cases"), refused=False)

    return pressed


def case_action(act: Callable[..., str]) -> View:
    """A button of a case's page, for the holder of a grant; `act` returns what to show."""

    @require_POST
    @for_operators
    @wraps(act)
    def pressed(
        request: HttpRequest, operator: Actor, case_id: UUID, **names: UUID
    ) -> HttpResponseBase:
        grant_of(case_id, operator)
        try:
            messages.success(request, act(request, operator, case_id, **names))
        except NOT_THERE:
            raise Http404 from None
        except Refused as refusal:
            messages.error(request, refusal.message())
            return stay_with_flash(request, page_of(case_id))
        if is_fragment(request):
            return render_parts(request, operator, case_id, with_flash=True)
        return redirect_in_console(request, page_of(case_id))

    return pressed


# The queue


@queue_action
def claim(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    cases.claim(case_id=case_id, operator=operator)
    return page_of(case_id)


@queue_action
def give_back(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    grant_of(case_id, operator)
    cases.give_back(case_id=case_id, operator=operator)
    return reverse("operator:cases")


@queue_action
def take_over(request: HttpRequest, operator: Actor, handover_id: UUID) -> str:
    forms.TakeOverForm.read(request)
    return page_of(handovers.accept(handover_id=handover_id, operator=operator).case.public_id)


@queue_action
def read_along(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    grants.read_along(case_id=case_id, lead=operator)
    return page_of(case_id)


@queue_action
def write_memo(request: HttpRequest, operator: Actor) -> None:
    memos.write(operator=operator, **forms.MemoForm.read(request))
    messages.success(request, _("The memo stands on every console."))


@queue_action
def tick_memo(request: HttpRequest, operator: Actor, memo_id: UUID) -> None:
    memos.tick_off(operator=operator, memo_id=memo_id)


@queue_action
def ask_break_glass(request: HttpRequest, operator: Actor, case_id: UUID) -> None:
    reason = forms.ReasonForm.read(request)["reason"]
    grants.ask_break_glass(case_id=case_id, operator=operator, reason=reason)
    messages.success(request, _("Asked. A second person has to approve."))


@queue_action
def approve_break_glass(request: HttpRequest, operator: Actor, grant_id: UUID) -> None:
    grants.approve_break_glass(grant_id=grant_id, approver=operator)
    messages.success(request, _("Approved. The company has been told."))


@queue_action
def end_break_glass(request: HttpRequest, operator: Actor, grant_id: UUID) -> None:
    grants.end_break_glass(grant_id=grant_id, operator=operator)


# A case


@case_action
def message(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    clean = forms.CaseMessageForm.read(request)
    entries.post_message(
        grant_id=grant_of(case_id, operator).public_id,
        operator=operator,
        client_id=clean["client_id"],
        text=clean["words"],
    )
    return _("Sent: %(text)s") % {"text": clean["words"]}


@case_action
def note(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    text = forms.CaseNoteForm.read(request)["text"]
    grant = grant_of(case_id, operator)
    entries.add_note(grant_id=grant.public_id, operator=operator, text=text)
    return _("The note was added.")


@case_action
def phoned(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    whom = forms.PhoneForm.read(request)["whom"]
    grant = grant_of(case_id, operator)
    entries.record_phone_call(grant_id=grant.public_id, operator=operator, whom=whom)
    return _("The call was recorded.")


@case_action
def emergency(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    clean = forms.EmergencyForm.read(request)
    grant = grant_of(case_id, operator)
    clean["called_at"] = _moment_of(clean["called_at"], grant)
    del clean["made"]
    entries.record_call(grant_id=grant.public_id, operator=operator, call=CallMade(**clean))
    return _("Recorded. The company and the employee are told.")


def _moment_of(given: time, grant: AccessGrant) -> datetime:
    """A time of today in the company's zone; of yesterday if help had been asked for by then."""
    now = timezone.localtime(timezone=ZoneInfo(grant.company.time_zone))
    today = datetime.combine(now, given, now.tzinfo)
    yesterday = today - timedelta(days=1)
    asked = grant.case.requested_at.replace(second=0, microsecond=0)
    return yesterday if today > now and yesterday >= asked else today


@case_action
def reference(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    clean = forms.ReferenceForm.read(request)
    entries.record_reference(
        grant_id=grant_of(case_id, operator).public_id,
        operator=operator,
        call_id=clean["call"],
        reference=clean["reference"],
    )
    return _("The reference number was recorded.")


@case_action
def step(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    done = cases.do_step(
        case_id=case_id, operator=operator, step_id=forms.CaseStepForm.read(request)["step"]
    )
    return _("Done: %(step)s") % {"step": done.step.text}


@case_action
def send(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    dispatch = dispatches.send_responder(
        case_id=case_id,
        responder_id=forms.DispatchForm.read(request)["responder"],
        operator=operator,
    )
    return _("%(call_sign)s has been asked to go.") % {"call_sign": dispatch.responder.call_sign}


@case_action
def reserve(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    dispatch = dispatches.reserve(
        case_id=case_id,
        responder_id=forms.DispatchForm.read(request)["responder"],
        operator=operator,
    )
    sign = {"call_sign": dispatch.responder.call_sign}
    if dispatch.state == Dispatch.State.REQUESTED:
        return _("%(call_sign)s has been asked to go.") % sign
    return _("%(call_sign)s goes here next.") % sign


@case_action
def advance(request: HttpRequest, operator: Actor, case_id: UUID, dispatch_id: UUID) -> str:
    """Record what a responder reported by radio."""
    clean = forms.AdvanceForm.read(request)
    if clean["to"] == "leave":
        dispatch = dispatches.leave(dispatch_id=dispatch_id, actor=operator, result=clean["result"])
    else:
        steps = {
            "accept": dispatches.accept,
            "depart": dispatches.depart,
            "arrive": dispatches.arrive,
        }
        dispatch = steps[clean["to"]](dispatch_id=dispatch_id, actor=operator)
    return f"{dispatch.responder.call_sign}：{dispatch.get_state_display()}"


@case_action
def call_back(request: HttpRequest, operator: Actor, case_id: UUID, dispatch_id: UUID) -> str:
    dispatch = dispatches.cancel(dispatch_id=dispatch_id, operator=operator)
    return _("%(call_sign)s was called back.") % {"call_sign": dispatch.responder.call_sign}


@case_action
def hand_over(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    clean = HandoverForm.read(request)
    handovers.offer(case_id=case_id, operator=operator, to=clean["to"], note=clean["note"])
    return _("Offered. The case stays yours until your colleague takes it.")


@case_action
def close(request: HttpRequest, operator: Actor, case_id: UUID) -> str:
    clean = forms.CaseCloseForm.read(request)
    cases.close_case(case_id=case_id, operator=operator, **clean)
    return _("Closed. The company is told the result.")
