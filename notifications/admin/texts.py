"""HR's page for the words of an alarm, with what arrives by push and by mail beside it."""

import uuid
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import SET_UP
from notifications.messages import RenderedNotice, render_notice
from notifications.models import Notice, NoticeText
from notifications.texts import check_body, check_title, filled
from web.model_form import ModelForm

SAMPLE_NUMBER = 128


class TextForm(ModelForm):
    class Meta:
        model = NoticeText
        fields = ("language", "title", "body")
        widgets = {"body": UnfoldAdminTextareaWidget({"rows": 3})}

    def clean_title(self) -> str:
        check_title(self.cleaned_data["title"])
        return str(self.cleaned_data["title"])

    def clean_body(self) -> str:
        body = " ".join(self.cleaned_data["body"].split())
        check_body(body)
        return body


@company_list(
    NoticeText,
    MenuEntry(MenuGroup.SETTINGS, 20, "sms", _("Words of the alarm")),
    look=SET_UP,
    change=SET_UP,
    delete=SET_UP,
)
class NoticeTextAdmin(ModelAdmin):
    form = TextForm
    list_display = ("language", "title", "body")
    fields = ("language", "title", "body", "preview")
    readonly_fields = ("preview",)

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview_view)
        own = path("preview/", preview, name="notifications_noticetext_preview")
        return [own, *super().get_urls()]

    @admin.display(description=_("What the supervisor receives"))
    def preview(self, _one: NoticeText) -> str:
        address = reverse("admin:notifications_noticetext_preview")
        template = "admin/notifications/noticetext/preview.html"
        return render_to_string(template, {"address": address})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Preview while it is being written; nothing is stored."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = TextForm(request.POST)
        form.is_valid()
        problems = [one for name in ("title", "body") for one in form.errors.get(name, ())]
        shown = [] if problems else examples(form.cleaned_data)
        context = {"examples": shown, "problems": problems}
        return render(request, "admin/notifications/noticetext/examples.html", context)


def examples(given: dict[str, Any]) -> list[tuple[Any, RenderedNotice]]:
    """Preview of an alarm and a drill, by the code that writes the real ones."""
    with override(given.get("language") or "ja"):
        drill, alarm = (render_notice(_sample(given, drill=drill)) for drill in (True, False))
    return [(_("Alarm"), alarm), (_("Drill"), drill)]


def _sample(given: dict[str, Any], *, drill: bool) -> Notice:
    return Notice(
        title=filled(given["title"], SAMPLE_NUMBER),
        body=filled(given["body"], SAMPLE_NUMBER),
        incident_id=uuid.uuid4(),
        drill=drill,
    )
