"""What the portal's forms may say. Shape only; the rules live in escalation."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.models import Category, Incident

# Each outcome with the sentence that helps to choose it.
OUTCOMES = [
    ("resolved", _("Resolved"), _("The other party has left; the person is safe")),
    ("watching", _("Keep watching"), _("Not over yet, somebody keeps an eye on it")),
    ("mistaken", _("Pressed by mistake"), _("Mistaken taps are not counted per person")),
    ("drill", _("Drill"), _("It was an exercise")),
]

STOCK_TEXTS = [
    _("Leave the place if you can"),
    _("Security staff is on the way"),
    _("I am listening. You do not have to say anything"),
]

QUICK_TEXTS = [STOCK_TEXTS[2], STOCK_TEXTS[0]]
"""Sent by one press, without a dialog."""

LISTENING_REASONS = [
    _("Checking what happened"),
    _("Writing the record"),
    _("Preventing it from happening again"),
    _("The person asked for it"),
]


class IncidentCloseForm(forms.Form):
    """Form to close an alarm. `presses`: how many there were when the page was drawn."""

    outcome = forms.ChoiceField(choices=Incident.Outcome.choices)
    presses = forms.IntegerField(min_value=0)

    def what_to_do(self) -> str:
        if "outcome" in self.errors:
            return gettext("Choose a result, then close.")
        return gettext("Open this page anew and look first, then end the alarm.")


class SupervisorMessageForm(forms.Form):
    client_id = forms.UUIDField()
    stock = forms.CharField(max_length=500, required=False)
    text = forms.CharField(max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        clean["words"] = clean.get("stock") or clean.get("text") or ""
        if not clean["words"]:
            raise forms.ValidationError(_("Write a message or choose a ready-made one."))
        return clean


class ReadForm(forms.Form):
    line = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class ClassifyForm(forms.Form):
    category = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = Category.objects.values_list("pk", flat=True)
        self.fields["category"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]  # a ChoiceField


class IncidentNoteForm(forms.Form):
    text = forms.CharField(max_length=2000)


class PushForm(forms.Form):
    endpoint = forms.URLField(max_length=1000, assume_scheme="https")
    p256dh = forms.RegexField(r"^[\w-]{80,100}=*$")
    auth = forms.RegexField(r"^[\w-]{16,40}=*$")
