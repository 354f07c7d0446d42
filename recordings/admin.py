"""Recordings and who played them, to look at only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from incidents.selectors import kept_from
from recordings.models import PlaySession, Recording
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
    fields = ("public_id", "device", "incident", "codec", "sample_rate", "frames_per_unit",
              "started_at", "received_at", "closed_at", "last_seq", "gaps", "erased_at")  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        found: QuerySet[Recording] = super().get_queryset(request)
        return found.exclude(incident__in=kept_from(request.user))  # type: ignore[arg-type]


@admin.register(PlaySession, site=company_site)
class PlaySessionAdmin(LookOnly):
    list_display = ("started_at", "actor_name", "recording", "mode", "acting", "reason")
    list_filter = ("mode", "acting")
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
