"""What the desk's forms may say. Shape only; the rules live in operations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from operations.models import AccessGrant, Case, Dispatch, EmergencyCall, Memo
from portal.live.case_forms import DeskForm

STOCK_TEXTS = (
    _("The security company is listening. You do not have to say anything"),
    _("Somebody is on the way to you"),
    _("Leave the place if you can"),
)


class CaseMessageForm(DeskForm):
    problem = _("Write a message or choose a ready-made one.")

    client_id = forms.UUIDField()
    text = forms.CharField(max_length=500, required=False)
    stock = forms.CharField(max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        clean["words"] = clean.get("stock") or clean.get("text") or ""
        if not clean["words"]:
            raise forms.ValidationError("empty")
        return clean


class CaseNoteForm(DeskForm):
    problem = _("Write something before adding the note.")

    text = forms.CharField(max_length=2000)


class PhoneForm(DeskForm):
    whom = forms.CharField(max_length=40)


class CaseStepForm(DeskForm):
    step = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class DispatchForm(DeskForm):
    problem = _("Choose a responder.")

    responder = forms.UUIDField()


class AdvanceForm(DeskForm):
    problem = _("Choose a result.")

    to = forms.ChoiceField(choices=[(one, one) for one in ("accept", "depart", "arrive", "leave")])
    result = forms.ChoiceField(choices=Dispatch.Result.choices, required=False)

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("to") == "leave" and not clean.get("result"):
            raise forms.ValidationError("result")
        return clean


class EmergencyForm(DeskForm):
    """An emergency call on record: that it was made, whereto, when, and what was said."""

    problem = _(
        "Confirm that you made the call, and enter the number, the time and what is happening."
    )

    made = forms.BooleanField()
    service = forms.ChoiceField(choices=EmergencyCall.Service.choices)
    number_called = forms.CharField(max_length=20)
    called_at = forms.TimeField()
    situation = forms.CharField(max_length=300)
    people = forms.CharField(max_length=200, required=False)
    weapon = forms.CharField(max_length=200, required=False)
    reference = forms.CharField(max_length=40, required=False)
    spoken_to = forms.CharField(max_length=40, required=False)
    station = forms.CharField(max_length=60, required=False)


class ReferenceForm(DeskForm):
    problem = _("Enter the reference number.")

    call = forms.UUIDField()
    reference = forms.CharField(max_length=40)


class ReadAloudForm(forms.Form):
    """What the operator has heard so far, for the words to the police."""

    situation = forms.CharField(max_length=300, required=False)
    people = forms.CharField(max_length=200, required=False)
    weapon = forms.CharField(max_length=200, required=False)

    def heard(self) -> dict[str, str]:
        """Valid fields; invalid ones count as not heard, so that the words come in any case."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class TakeOverForm(DeskForm):
    problem = _("Read the open case first and confirm that you have.")

    has_read = forms.BooleanField()


class CaseCloseForm(DeskForm):
    problem = _("Choose a result. Words to the company may have 500 letters.")

    result = forms.ChoiceField(choices=Case.Result.choices)
    words = forms.CharField(max_length=500, required=False)


class MemoForm(DeskForm):
    problem = _("Write something: up to 300 letters.")

    client_id = forms.UUIDField()
    text = forms.CharField(max_length=Memo.LONGEST)


class ReasonForm(DeskForm):
    problem = _("Please give a reason.")

    reason = forms.ChoiceField(choices=AccessGrant.Reason.choices)
