"""Recordings and who played them, to look at only."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import User
from accounts.step_up import AsksAgain
from incidents.selectors import kept_from
from people.selectors import actor_for
from recordings.models import PlaySession, Purpose, Recording
from recordings.purposes import USUAL_PURPOSE, publish_purpose, purpose_at, purpose_now
from recordings.selectors import LOOK_BACK_DAYS, heard_of, plays_of, plays_to_look_at
from tenants.admin_sites import company_site


class LookOnly(ModelAdmin):  # type: ignore[misc]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Recording, site=company_site)
class RecordingAdmin(LookOnly):
    list_display = ("started_at", "device", "incident", "closed_at", "last_seq")
    list_select_related = ("device", "incident")
    date_hierarchy = "started_at"
    fieldsets = (
        (None, {"fields": ("incident", "device", "started_at", "received_at", "closed_at",
                           "length", "missing", "erased_at", "plays", "purpose_then")}),
        (_("Technical facts"), {"classes": ["collapse"], "fields": (
            "public_id", "codec", "sample_rate", "frames_per_unit", "last_seq")}),
    )  # fmt: skip
    readonly_fields = ("length", "missing", "plays", "purpose_then")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        found: QuerySet[Recording] = super().get_queryset(request)
        return found.exclude(incident__in=kept_from(request.user))  # type: ignore[arg-type]

    @admin.display(description=_("length"))
    def length(self, recording: Recording) -> timedelta | None:
        """Known when the device has said that it ended."""
        return None if recording.last_seq is None else recording.span(0, recording.last_seq)[1]

    @admin.display(description=_("parts that never arrived"))
    def missing(self, recording: Recording) -> str:
        """As the device owned up to at the end."""
        parts = [recording.span(first, last) for first, last in recording.gaps]
        return "、".join(f"{start}–{end}" for start, end in parts) or str(_("none"))

    @admin.display(description=_("who played it"))
    def plays(self, recording: Recording) -> str:
        """As the recorded employee reads it."""
        plays = [{"play": play, "heard": heard_of(play)} for play in plays_of(recording)]
        return render_to_string("admin/recordings/plays.html", {"plays": plays})

    @admin.display(description=_("purpose in force then"))
    def purpose_then(self, recording: Recording) -> str:
        """By the server's clock: what the person had been told when this sound began."""
        purpose = purpose_at(recording.received_at)
        if purpose is None:
            return str(_("None had been published."))
        published = date_format(localtime(purpose.published_at), "DATETIME_FORMAT")
        return f"{purpose.text}\n（{published}）"


class ReviewFilter(admin.SimpleListFilter):
    title = _("to be looked at")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        words = _("last %(n)s days, by somebody who was not acting, or by break-glass")
        return [("recent", words % {"n": LOOK_BACK_DAYS})]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PlaySession]
    ) -> QuerySet[PlaySession]:
        return plays_to_look_at(queryset) if self.value() == "recent" else queryset


@admin.register(PlaySession, site=company_site)
class PlaySessionAdmin(LookOnly):
    list_display = ("started_at", "actor_name", "recording", "mode", "acting", "reason")
    list_filter = (ReviewFilter, "mode", "acting", "actor_kind")
    search_fields = ("actor_name", "recording__incident__number")
    search_help_text = _("who played it, or number of the alarm")
    list_select_related = ("recording",)
    date_hierarchy = "started_at"
    fields = ("recording", "user", "actor_name", "mode", "reason", "acting",
              "started_at", "last_heard_at")  # fmt: skip
    readonly_fields = ("last_heard_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlaySession]:
        found: QuerySet[PlaySession] = super().get_queryset(request)
        hidden = kept_from(request.user)  # type: ignore[arg-type]
        return found.exclude(recording__incident__in=hidden)

    @admin.display(description=_("last heard at"))
    def last_heard_at(self, play: PlaySession) -> Any:
        last = play.ranges.last()
        return last.at if last else None


@admin.register(Purpose, site=company_site)
class PurposeAdmin(AsksAgain, LookOnly):
    """Published, never edited: whoever was recorded can be shown what they had been told."""

    list_display = ("text", "published_at", "published_by")
    list_select_related = ("published_by",)
    fields = ("text",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recordings.add_purpose")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        now = purpose_now()
        return {"text": now.text if now else USUAL_PURPOSE}

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        assert isinstance(obj, Purpose)
        publish_purpose(purpose=obj, actor=actor_for(request.user))
