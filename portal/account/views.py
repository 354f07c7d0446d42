"""The page of one's own settings. What hurts in a stolen session's hands has pages of its own,
which ask once more (django-allauth's); this one changes how pages look."""

from django import forms
from django.conf import settings as project
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.preferences import choose, tell_browser
from accounts.requests import signed_in
from portal.account.screen import own_settings
from web.appearance import Appearance


class LookForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), choices=project.LANGUAGES, widget=forms.RadioSelect
    )
    appearance = forms.ChoiceField(
        label=_("Brightness"), choices=Appearance, widget=forms.RadioSelect
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    now = {"language": translation.get_language(), "appearance": user.appearance}
    form = LookForm(request.POST or None, initial=now)
    if not form.is_valid():
        page = {"form": form, "own": own_settings(user, request.session.session_key)}
        return render(request, "account/settings.html", page, status=422 if form.errors else 200)
    language, look = form.cleaned_data["language"], Appearance(form.cleaned_data["appearance"])
    choose(user=user, language=language, appearance=look)
    with translation.override(language):
        messages.success(request, _("Saved. It holds wherever you sign in."))
        return tell_browser(redirect("own:settings"), user)
