"""Who was notified of what, read-only: these rows are evidence of having notified."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from accounts.permissions import HR, administer
from notifications.models import Delivery, Notice, Receipt
from tenants.admin_sites import ReadOnlyAdmin
from web.admin_decorators import display

KINDS = {
    "alarm": _("alarm"),
    "answer": _("answer to the person"),
    "news": _("news of an alarm"),
    "help": _("help has been asked for"),
    "desk": _("from the security company"),
    "exercise": _("exercise"),
    "test": _("test notice"),
    "check_in": _("condition of the day"),
    "care": _("somebody to speak to"),
    "care_overdue": _("somebody is still to be spoken to"),
}


class DeliveryInline(ReadOnlyAdmin, TabularInline):
    model = Delivery
    fields = ("channel", "state", "attempts", "handed_over_at", "last_error")
    readonly_fields = fields


class ReceiptInline(ReadOnlyAdmin, TabularInline):
    model = Receipt
    fields = ("stage", "at", "received_at")
    readonly_fields = fields


administer("notifications.delivery", look=HR)
administer("notifications.receipt", look=HR)


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class NoticeAdmin(ReadOnlyAdmin, ModelAdmin):
    """Read-only list, registered by incidents, which knows what is hidden from whom."""

    list_display = (
        "created_at",
        "recipient_user",
        "recipient_device",
        "recipient_employee",
        "title",
        "drill",
    )
    list_filter = (KindFilter, "drill")
    list_select_related = ("recipient_user", "recipient_device", "recipient_employee")
    date_hierarchy = "created_at"
    fields = (
        "created_at",
        "recipient_user",
        "recipient_device",
        "recipient_employee",
        "what_for",
        "title",
        "body",
        "drill",
        "cancelled_at",
    )
    inlines = (DeliveryInline, ReceiptInline)

    @display(description=_("kind"))
    def what_for(self, notice: Notice) -> str:
        return str(KINDS.get(notice.kind, notice.kind))
