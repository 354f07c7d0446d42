"""Being on duty: sign on, sign off with empty hands, hand over what is open, and the log of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from audit.actors import Actor
from operations import handovers, shifts
from operations.errors import Refused
from operations.figures import ShiftLine, shift_log
from operations.models import Case, Centre, Shift
from operations.selectors import on_duty, operator_names, shift_of
from portal.desk.access import for_desk, is_lead
from portal.live.case_forms import HandoverForm
from portal.live.cases import held_by, offered_to

LOG_DAYS = 31


class StartForm(forms.Form):
    centre = forms.ModelChoiceField(
        Centre.objects.all(), label=gettext_lazy("control centre"), empty_label=None
    )
    console = forms.CharField(label=gettext_lazy("console"), max_length=10)


class OfferForm(HandoverForm):
    case = forms.UUIDField()


@dataclass(frozen=True, slots=True)
class OnDuty:
    shift: Shift
    name: str
    numbers: list[int]
    is_silent: bool


@require_safe
@for_desk
def shift(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    own_shift = shift_of(actor)
    context = {
        "shift": own_shift,
        "form": StartForm(initial={"console": "01"}),
        "held": held_by(actor) if own_shift else [],
        "offered": offered_to(actor) if own_shift else [],
        "colleagues": _colleagues(actor) if own_shift else [],
        "on_duty": _everybody() if is_lead(actor) else [],
        "is_lead": is_lead(actor),
    }
    return render(request, "desk/shift.html", context)


def _colleagues(actor: Actor) -> list[tuple[UUID, str]]:
    others = [one.operator_id for one in on_duty().exclude(operator_id=actor.id)]
    return sorted(operator_names(others).items(), key=lambda one: one[1])


def _everybody() -> list[OnDuty]:
    on_shift = list(on_duty().order_by("centre__name", "console"))
    names = operator_names(one.operator_id for one in on_shift)
    held: dict[UUID | None, list[int]] = {}
    for owner, number in Case.objects.open().values_list("owner_id", "number").order_by("number"):
        held.setdefault(owner, []).append(number)
    awake = timezone.now() - Case.SIGN_OF_LIFE
    return [
        OnDuty(
            shift=one,
            name=names.get(one.operator_id, ""),
            numbers=held.get(one.operator_id, []),
            is_silent=one.seen_at < awake,
        )
        for one in on_shift
    ]


@require_POST
@for_desk
def start(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Please choose a centre and name your console."))
        return redirect("desk:shift")
    shifts.start_shift(operator=actor, **form.cleaned_data)
    return redirect("desk:shift")


@require_POST
@for_desk
def end(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    return _done(request, lambda: shifts.end_shift(operator=actor), _("Your shift has ended."))


@require_POST
@for_desk
def offer(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    form = OfferForm(request.POST)
    if not form.is_valid():
        messages.warning(request, HandoverForm.problem)
        return redirect("desk:shift")
    clean = form.cleaned_data
    return _done(
        request,
        lambda: handovers.offer(
            case_id=clean["case"], operator=actor, to=clean["to"], note=clean["note"]
        ),
        _("Offered. The case stays yours until your colleague has accepted."),
    )


@require_POST
@for_desk
def cancel(request: HttpRequest, *, actor: Actor, handover_id: UUID) -> HttpResponse:
    return _done(
        request,
        lambda: handovers.cancel(handover_id=handover_id, operator=actor),
        _("The hand-over was taken back."),
    )


def _done(request: HttpRequest, verb: Callable[[], object], text: str) -> HttpResponse:
    try:
        verb()
    except Refused as refused:
        messages.warning(request, refused.message())
    else:
        messages.success(request, text)
    return redirect("desk:shift")


@dataclass(frozen=True, slots=True)
class LogLine:
    line: ShiftLine
    name: str
    lasted: timedelta


@require_safe
@for_desk
def log(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    until = timezone.now()
    lines = shift_log(until - timedelta(days=LOG_DAYS), until)
    names = operator_names(line.operator_id for line in lines)
    rows = [LogLine(line, names.get(line.operator_id, ""), _lasted(line, until)) for line in lines]
    return render(
        request, "desk/log.html", {"rows": rows, "days": LOG_DAYS, "is_lead": is_lead(actor)}
    )


def _lasted(line: ShiftLine, now: datetime) -> timedelta:
    lasted = (line.ended_at or now) - line.started_at
    return timedelta(minutes=int(lasted.total_seconds() // 60))
