"""The platform's pages for jobs: what failed for good is run again or given up, by a person."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from jobs.models import Job, SettledJob
from jobs.services import give_up, run_again
from tenants.admin_sites import platform_site
from web.admin_decorators import action, display


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        others = [Job.State.PENDING, Job.State.HANDED, Job.State.LEASED]
        return [(state.value, state.label) for state in others]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield first | {"display": Job.State.DEAD.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(state=self.value() or Job.State.DEAD)


def column(name: str, label: Any, method: str = "") -> Any:
    @display(description=label, ordering=name)
    def show(job: Job) -> Any:
        return getattr(job, method)() if method else getattr(job, name)

    return show


COLUMNS = (
    column("kind", _("kind")),
    column("company", _("company")),
    column("lane", _("lane")),
    column("state", _("state"), "get_state_display"),
    column("attempts", _("attempts")),
    column("failures", _("failures")),
    column("due_at", _("due at")),
    column("last_error", _("last error")),
)


@admin.register(Job, site=platform_site)
class JobAdmin(ModelAdmin):
    list_display = COLUMNS
    list_select_related = ("company",)
    list_filter = (StateFilter, "lane")
    search_fields = ("kind", "key", "company__name")
    search_help_text = _("kind, key or company")
    ordering = ("-due_at",)
    show_full_result_count = False
    actions = ("again", "drop")
    fields = readonly_fields = (
        *COLUMNS,
        column("key", _("key")),
        column("urgency", _("urgency"), "get_urgency_display"),
        column("lease_by", _("run by")),
        column("lease_until", _("leased until")),
        column("created_at", _("created at")),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @action(description=_("Run again"), permissions=["change"])
    def again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self.message_user(request, _("Jobs that run again: %(n)s") % {"n": run_again(queryset)})

    @action(description=_("Give up"), permissions=["change"])
    def drop(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        self.message_user(request, _("Jobs given up: %(n)s") % {"n": give_up(queryset)})


@admin.register(SettledJob, site=platform_site)
class SettledJobAdmin(ModelAdmin):
    list_display = (*COLUMNS[:-1], column("settled_at", _("settled at")))
    list_select_related = ("company",)
    list_filter = ("state", "lane")
    search_fields = ("kind", "key", "company__name")
    search_help_text = _("kind, key or company")
    ordering = ("-settled_at",)
    show_full_result_count = False
    fields = readonly_fields = (*list_display, COLUMNS[-1], column("key", _("key")))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
