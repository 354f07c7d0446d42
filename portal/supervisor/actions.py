"""The buttons of an incident's page. Each is a form that works without script, makes one call into
escalation, and answers with the page (or, for htmx, with its changed parts)."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import signed_in
from escalation import errors, response
from incidents import categories
from incidents.models import Incident
from incidents.visibility import is_own
from portal.supervisor.forms import (
    ClassifyForm,
    IncidentCloseForm,
    IncidentNoteForm,
    SupervisorMessageForm,
)
from portal.supervisor.rows import label_of
from portal.supervisor.selectors import incident_for, may_act, may_classify
from portal.supervisor.views import render_parts

Act = Callable[[HttpRequest, User, Incident], str]
View = Callable[[HttpRequest, UUID], HttpResponse]


class ActionRefused(Exception):
    """The form cannot be understood; the text says what to do."""


def action(act: Act) -> View:
    """Restrict to those who may answer the alarm. Others who may see it get a refusal;
    one's own alarm is left to escalation, which has a kinder word for it."""

    @wraps(act)
    def guarded(request: HttpRequest, user: User, incident: Incident) -> str:
        if not may_act(user, incident) and not is_own(incident, user.pk):
            raise PermissionDenied
        return act(request, user, incident)

    return record(guarded)


def record(act: Act) -> View:
    """Make one call, and answer how it went in a kind sentence."""

    @require_POST
    @login_required
    @wraps(act)
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
        user = signed_in(request)
        incident = incident_for(user, public_id)
        try:
            messages.success(request, act(request, user, incident))
        except tuple(REFUSALS) as refusal:
            messages.error(request, REFUSALS[type(refusal)](refusal))
        if request.headers.get("HX-Request"):
            return render_parts(request, incident_for(user, public_id), with_flash=True)
        return redirect("supervisor:incident", public_id=public_id)

    return view


REFUSALS: dict[type[Exception], Callable[[Exception], str]] = {
    errors.OwnIncident: lambda _refusal: _(
        "This is your own alarm: somebody else has to do this, so that you are not left alone."
    ),
    errors.AlreadyClosed: lambda _refusal: _("This alarm has already been closed."),
    errors.NoSupportContract: lambda _refusal: _(
        "There is no contract for a security company. In danger, call 110."
    ),
    errors.NobodyOnSite: lambda _refusal: _("Nobody on site can be asked."),
    errors.NotOnTheWay: lambda refusal: (
        _("Somebody else is on the way now.")
        if getattr(refusal, "another_is", False)
        else _("You are not waited for any more. If you go there, please say so once more.")
    ),
    errors.NotClosed: lambda _refusal: _("This alarm is open."),
    errors.PressedAgain: lambda _refusal: _(
        "The person has pressed again. Look first, then end the alarm."
    ),
    errors.AlreadyAcknowledged: lambda refusal: (
        _("%(name)s has confirmed it.") % {"name": getattr(refusal, "by", "")}
    ),
    categories.StillOpen: lambda _refusal: _("Close the alarm first, then choose the categories."),
    ActionRefused: str,
}


@action
def acknowledge(request: HttpRequest, user: User, incident: Incident) -> str:
    response.acknowledge(incident=incident, user=user)
    return _("The person is told that you have seen it.")


@action
def head_out(request: HttpRequest, user: User, incident: Incident) -> str:
    response.head_out(incident=incident, user=user)
    return _("The person is told that you are on your way.")


@action
def still_on_way(request: HttpRequest, user: User, incident: Incident) -> str:
    response.still_on_way(incident=incident, user=user)
    return _("Noted: you are still on your way.")


@action
def cannot_come(request: HttpRequest, user: User, incident: Incident) -> str:
    followed = response.cannot_come(incident=incident, user=user)
    return {
        response.Followed.OTHERS_CALLED: _("The next people are being called."),
        response.Followed.DESK_ASKED: _("The security company is being asked."),
        response.Followed.NOBODY_LEFT: _("There is nobody else to call. In danger, call 110."),
        response.Followed.NOTHING: _("Noted: you cannot come."),
    }[followed]


@action
def arrive(request: HttpRequest, user: User, incident: Incident) -> str:
    response.arrive(incident=incident, user=user)
    return _("The person is told that you are there.")


@action
def reopen(request: HttpRequest, user: User, incident: Incident) -> str:
    goes_on = response.reopen(incident=incident, user=user)
    if goes_on.pk != incident.pk:
        words = _("There is a newer alarm (no. %(number)s): everybody is being called to that one.")
        return words % {"number": label_of(goes_on)}
    return _("The alarm is open again. Everybody is being called.")


@action
def ask_on_site(request: HttpRequest, user: User, incident: Incident) -> str:
    names = response.ask_on_site(incident=incident, user=user)
    return _("Asked on site: %(names)s") % {"names": _(", ").join(names)}


@action
def request_support(request: HttpRequest, user: User, incident: Incident) -> str:
    support = response.request_support(incident=incident, user=user)
    if support == response.Support.ONLY_CALLED:
        raise ActionRefused(
            _("There is no contract for a security company. Others are called; if in danger, 110.")
        )
    return {
        response.Support.SENT: _("The request was sent. Waiting for an answer."),
        response.Support.WAS_SENT: _("It was asked for already. Waiting for an answer."),
        response.Support.ACTS: _("The security company is acting already."),
        response.Support.REHEARSED: _(
            "Drill: the request was rehearsed and did not go to the security company"
        ),
    }[support]


@action
def called_110(request: HttpRequest, user: User, incident: Incident) -> str:
    response.note_call_to_110(incident=incident, user=user)
    return _("The time of your call to 110 is in the record.")


@action
def message(request: HttpRequest, user: User, incident: Incident) -> str:
    form = SupervisorMessageForm(request.POST)
    if not form.is_valid():
        raise ActionRefused(_("Write a message or choose a ready-made one."))
    response.post_message(
        incident=incident,
        actor=user.as_actor(),
        client_id=form.cleaned_data["client_id"],
        text=form.cleaned_data["words"],
    )
    return _("Sent: %(text)s") % {"text": form.cleaned_data["words"]}


@action
def close(request: HttpRequest, user: User, incident: Incident) -> str:
    form = IncidentCloseForm(request.POST)
    if not form.is_valid():
        raise ActionRefused(form.what_to_do())
    response.close_incident(
        incident=incident,
        actor=user.as_actor(),
        outcome=form.cleaned_data["outcome"],
        presses=form.cleaned_data["presses"],
    )
    return _("Closed. The person can still answer that it is going on.")


@record
def note(request: HttpRequest, user: User, incident: Incident) -> str:
    form = IncidentNoteForm(request.POST)
    if not form.is_valid():
        raise ActionRefused(_("Write something before adding the note."))
    response.add_note(incident=incident, actor=user.as_actor(), text=form.cleaned_data["text"])
    return _("The note was added.")


@record
def classify(request: HttpRequest, user: User, incident: Incident) -> str:
    if not may_classify(user, incident):
        raise PermissionDenied
    form = ClassifyForm(request.POST)
    if not form.is_valid():
        raise ActionRefused(_("Choose categories from the list."))
    categories.classify(
        incident=incident, actor=user.as_actor(), categories=form.cleaned_data["category"]
    )
    return _("The categories are in the record.")
