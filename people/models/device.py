"""What people call for help with."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from people.models.employee import Employee
from people.models.post import Post
from people.models.site import Site

HELD_BY_ONE = Q(employee__isnull=False, post__isnull=True) | Q(
    employee__isnull=True, post__isnull=False
)


class DeviceQuerySet(models.QuerySet["Device"]):
    def in_use(self) -> "DeviceQuerySet":
        """Devices in use that can show something; a button cannot."""
        return self.filter(revoked_at__isnull=True).exclude(kind=Device.Kind.BUTTON)

    def of_same_holder(self, device: "Device") -> "DeviceQuerySet":
        """Those that are not revoked, buttons too, the one seen last first."""
        own = self.filter(employee=device.employee_id, post=device.post_id, revoked_at=None)
        return own.order_by(models.F("last_seen_at").desc(nulls_last=True), "-enrolled_at")


@changes_kept(apart_from=["token_hash", "push", "last_seen_at"])
class Device(models.Model):
    """A phone, watch, browser or button. Its holder is an employee or a post, never both."""

    class Kind(models.TextChoices):
        IPHONE = "iphone", "iPhone"
        WATCH = "watch", "Apple Watch"
        ANDROID = "android", "Android"
        WEB = "web", _("web app")
        GPS = "gps", _("GPS terminal")
        # Knows an address to post to and nothing else: a Shortcut, an action button, a call button.
        BUTTON = "button", _("button")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey(
        Employee,
        models.PROTECT,
        verbose_name=_("employee"),
        null=True,
        blank=True,
        related_name="devices",
    )
    post = models.ForeignKey(
        Post,
        models.PROTECT,
        verbose_name=_("post"),
        null=True,
        blank=True,
        related_name="devices",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=80, blank=True)
    token_hash = models.BinaryField(editable=False)
    push = models.JSONField(default=dict, blank=True)
    """What a message to it needs to know: token, permissions, and the language of its app."""
    enrolled_at = models.DateTimeField(_("enrolled at"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [models.CheckConstraint(condition=HELD_BY_ONE, name="device_has_one_holder")]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()

    @property
    def holder(self) -> "Employee | Post":
        holder = self.employee or self.post
        assert holder is not None
        return holder

    @property
    def site(self) -> Site | None:
        return self.employee.site if self.employee else self.post.site if self.post else None

    @property
    def site_id(self) -> int | None:
        return self.employee.site_id if self.employee else self.post.site_id if self.post else None

    def revoke(self) -> None:
        """Revoke it, idempotently. From now on it can only report, and only for people who still
        work here."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])

    @property
    def language(self) -> str:
        language: str = self.push.get("language", settings.LANGUAGE_CODE)
        return language

    @property
    def may_report(self) -> bool:
        """Whether its press counts: always for people who work here, even if it was revoked."""
        return self.employee is None or self.employee.is_current

    def belongs_to_same_holder(self, other: "Device") -> bool:
        return (self.employee_id, self.post_id) == (other.employee_id, other.post_id)
