"""What the lead sets up: centres, bases, responders, protocol steps. Each change is in the desk's
own audit."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User
from audit.actors import Actor
from operations.models import Base, Centre, ProtocolStep, Responder
from operations.setup import keep
from portal.desk.access import for_lead
from tenants.models import Company
from web.model_form import ModelForm


class CentreForm(ModelForm):
    class Meta:
        model = Centre
        fields: ClassVar = ["name", "prefecture", "phone", "email", "is_backup"]


class BaseForm(ModelForm):
    latitude = forms.FloatField(label=gettext_lazy("latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=gettext_lazy("longitude"), min_value=-180, max_value=180)

    class Meta:
        model = Base
        fields: ClassVar = ["name", "prefecture", "latitude", "longitude"]


class ResponderForm(ModelForm):
    base = forms.ModelChoiceField(Base.objects.all(), label=gettext_lazy("base"))
    user_id = forms.TypedChoiceField(label=gettext_lazy("sign-in"), coerce=UUID)

    class Meta:
        model = Responder
        fields: ClassVar = ["call_sign", "user_id", "base", "travel", "on_duty"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(roles__contains=[Role.RESPONDER], is_active=True)
        self.fields["user_id"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (str(one.public_id), f"{one.get_full_name()} ({one.username})") for one in people
        ]


class SetupStepForm(ModelForm):
    company = forms.ModelChoiceField(
        Company.objects.filter(kind=Company.Kind.COMPANY).order_by("name"),
        label=gettext_lazy("company"),
        required=False,
        empty_label=gettext_lazy("every company without steps of its own"),
    )

    class Meta:
        model = ProtocolStep
        fields: ClassVar = ["company", "order", "text", "within_seconds", "fact", "is_retired"]


FORMS: dict[str, tuple[type[ModelForm], Promise]] = {
    "centres": (CentreForm, gettext_lazy("Control centres")),
    "bases": (BaseForm, gettext_lazy("Bases")),
    "responders": (ResponderForm, gettext_lazy("Responders")),
    "protocol": (SetupStepForm, gettext_lazy("Protocol steps")),
}


@require_safe
@for_lead
def overview(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    context = {
        "centres": Centre.objects.all(),
        "bases": Base.objects.all(),
        "responders": Responder.objects.select_related("base"),
        "steps": ProtocolStep.objects.select_related("company").order_by(
            "company__name", "is_retired", "order", "pk"
        ),
        "is_lead": True,
    }
    return render(request, "desk/setup.html", context)


@require_http_methods(["GET", "POST"])
@for_lead
def add(request: HttpRequest, *, actor: Actor, kind: str) -> HttpResponse:
    return _edit(request, actor, kind, None)


@require_http_methods(["GET", "POST"])
@for_lead
def change(request: HttpRequest, *, actor: Actor, kind: str, pk: int) -> HttpResponse:
    return _edit(request, actor, kind, pk)


def _edit(request: HttpRequest, actor: Actor, kind: str, pk: int | None) -> HttpResponse:
    if kind not in FORMS:
        raise Http404
    form_class, title = FORMS[kind]
    instance = get_object_or_404(form_class._meta.model, pk=pk) if pk is not None else None
    form = form_class(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        keep(form.save(commit=False), kind, fields=form.changed_data, actor=actor)
        messages.success(request, _("Saved."))
        return redirect("desk:setup")
    context = {"form": form, "title": title, "is_new": pk is None, "is_lead": True}
    return render(request, "desk/edit.html", context, status=400 if form.is_bound else 200)
