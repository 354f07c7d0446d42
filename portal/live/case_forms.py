"""Forms of the security company's pages. Shape only; the rules live in operations."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from operations.errors import Refused


class Unreadable(Refused):
    """The form cannot be understood; the text says what to do."""

    code = "unreadable"

    def message(self) -> str:
        return str(self.args[0])


class DeskForm(forms.Form):
    """Form that names what is missing instead of showing itself again."""

    problem = _("Please fill in the form.")

    @classmethod
    def read(cls, request: HttpRequest) -> dict[str, Any]:
        form = cls(request.POST)
        if not form.is_valid():
            raise Unreadable(cls.problem)
        return form.cleaned_data


class HandoverForm(DeskForm):
    problem = _("Choose a colleague, and write what they have to know (up to 1,000 letters).")

    to = forms.UUIDField()
    note = forms.CharField(max_length=1000)
