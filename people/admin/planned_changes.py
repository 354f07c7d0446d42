"""Planned changes on the page of an employee."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline

from accounts.permissions import HR, SET_UP, administer
from people.employment.planned_changes import withdraw
from people.models import PlannedChange
from people.models.planned_change import WAITS


class PlannedChangesInline(TabularInline):
    """Planned changes from lists of employees, to look at and to withdraw."""

    model = PlannedChange
    fk_name = "employee"
    extra = max_num = 0
    can_delete = False
    template = "admin/people/employee/planned.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlannedChange]:
        changes: QuerySet[PlannedChange] = super().get_queryset(request)
        related = ("department", "site", "supervisor")
        waiting = changes.filter(WAITS).select_related(*related)
        return waiting.prefetch_related("other_departments")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


administer("people.plannedchange", look=SET_UP, change=HR)


class WithdrawsPlans(ModelAdmin):
    inlines: ClassVar[Any] = (PlannedChangesInline,)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.withdraw)
        return [
            path("withdraw/<uuid:public_id>/", view, name="people_employee_withdraw"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def withdraw(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        planned = get_object_or_404(PlannedChange, public_id=public_id)
        if withdraw(planned):
            self.message_user(request, _("The planned change was withdrawn."))
        else:
            text = _("It was withdrawn before, or its day has come.")
            self.message_user(request, text, level=messages.WARNING)
        page = reverse("admin:people_employee_change", args=[planned.employee_id])
        return HttpResponseRedirect(page)
