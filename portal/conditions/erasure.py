"""Erasing one person's conditions on the person's request, without reading them."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Subject, can
from accounts.requests import signed_in
from people.models import Employee
from people.supervision.duties import Exclusions
from portal.live.page import render_page
from wellbeing.personal import erase


class ErasureForm(forms.Form):
    number = forms.CharField(label=_lazy("Employee number"), max_length=20)
    requested = forms.BooleanField(label=_lazy("The person has asked for it. It cannot be undone."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erase_conditions(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if not can(user.as_actor(), "erase_conditions", Subject(kind="employee")):
        raise Http404
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = Employee.objects.filter(number=form.cleaned_data["number"].strip()).first()
        if person is None or Exclusions(user).hide(person):
            form.add_error("number", _("Nobody has this number."))
        else:
            erase(employee=person, by=user)
            messages.success(request, _("Everything about this person's condition was erased."))
            return redirect("conditions:erase")
    return render_page(request, "conditions/erase.html", {"form": form, "section": "figures"})
