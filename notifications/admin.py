"""What was told to whom, to look at only: these rows are evidence of having told."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from notifications import text_admin  # noqa: F401 - registers itself
from notifications.models import Delivery, Receipt


class LookOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeliveryInline(LookOnly, TabularInline):  # type: ignore[misc]
    model = Delivery
    fields = ("channel", "state", "attempts", "handed_over_at", "last_error")
    readonly_fields = fields


class ReceiptInline(LookOnly, TabularInline):  # type: ignore[misc]
    model = Receipt
    fields = ("stage", "at", "received_at")
    readonly_fields = fields


class NoticeAdmin(LookOnly, ModelAdmin):  # type: ignore[misc]
    """Registered by incidents, which knows what must be kept from whom."""

    list_display = (
        "created_at",
        "recipient_user",
        "recipient_device",
        "recipient_employee",
        "title",
        "drill",
    )
    list_filter = ("kind", "drill")
    list_select_related = ("recipient_user", "recipient_device", "recipient_employee")
    date_hierarchy = "created_at"
    fields = (
        "created_at", "recipient_user", "recipient_device", "recipient_employee",
        "kind", "title", "body", "drill", "cancelled_at",
    )  # fmt: skip
    inlines = (DeliveryInline, ReceiptInline)
