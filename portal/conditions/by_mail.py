"""The link of a reminder: how are you today, for people without the app. No sign-in needed.

Scanners and previews open links: only the form's POST records anything. The link may have been
passed on, so the page shows neither an answer that was given nor who has looked.
"""

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from notifications.services import notice_for_link
from people.models import Employee
from wellbeing.models.checkins import CheckInAudience, Condition
from wellbeing.selectors import audiences_of, own_conditions
from wellbeing.services import CheckInAnswer, CheckInsOff, DateOutOfRange, record_check_in


class AnswerForm(forms.Form):
    on = forms.DateField()
    condition = forms.ChoiceField(choices=Condition.choices)
    note = forms.CharField(max_length=1000, required=False)
    note_audience = forms.ChoiceField(choices=CheckInAudience.choices)
    wants_contact = forms.BooleanField(required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    employee = _person_of(public_id, request.GET.get("t", ""))
    problem = ""
    if request.method == "POST":
        problem = _record(employee, AnswerForm(request.POST))
        if not problem:
            return redirect(f"{request.get_full_path()}&done=1")
    context = _page(employee) | {"problem": problem, "is_done": "done" in request.GET}
    return render(request, "conditions/answer.html", context, status=422 if problem else 200)


def _person_of(public_id: UUID, token: str) -> Employee:
    notice = notice_for_link(public_id, token)
    employee = notice.recipient_employee if notice and notice.kind == "check_in" else None
    if employee is None or not employee.is_current:
        raise Http404
    return employee


def _record(employee: Employee, form: AnswerForm) -> str:
    """Record the answer. Returns what was wrong, or nothing."""
    if "condition" in form.errors:
        return _("Choose one of the three.")
    if not form.is_valid():
        return _("This could not be recorded. A word has at most 1,000 characters.")
    fields = dict(form.cleaned_data)
    on = fields.pop("on")
    try:
        record_check_in(employee=employee, on=on, answer=CheckInAnswer(**fields))
    except DateOutOfRange:
        return _("Only today can be answered.")
    except CheckInsOff:
        return _("Your company does not ask you every day.")
    return ""


def _page(employee: Employee) -> dict[str, object]:
    own = own_conditions(employee)
    return {
        "today": own["today"],
        "is_on": own["is_on"],
        "faces": [(one.value, one.label, own["icons"][one]) for one in Condition],
        "audiences": audiences_of(employee),
        "lines": own["lines"],
    }
