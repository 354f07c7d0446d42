"""Notifying people: the message (Notice), each way it is sent (Delivery), what became of it.

Delivery:  pending -> handed_over    a push service or mail server took it
           pending -> failed         it never will at this address, or it would come too late
           pending -> cancelled      the reason is gone; a message already on its way still
                                     becomes handed_over, because the person did get it

That a provider took a message says nothing about the person: receipts come from the device.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from jobs.registry import LastWord

LONGEST_TITLE = 200


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of_people(self, incident_id: uuid.UUID) -> "NoticeQuerySet":
        """Notices of one alarm to the company's people."""
        return self.filter(incident_id=incident_id, recipient_user__isnull=False)


class Notice(models.Model):
    ALARM = "alarm"
    """The kind of a loud call to somebody responsible."""
    TEST = "test"
    """The kind of what a device sends to itself, to see whether notices reach it."""
    CHECK = "reach_check"
    """The kind of a test message: never like an alarm, and confirmed by hand."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient_user = models.ForeignKey(
        "accounts.User",
        models.CASCADE,
        verbose_name=_("told person"),
        null=True,
        related_name="notices",
    )
    recipient_device = models.ForeignKey(
        "people.Device",
        models.CASCADE,
        verbose_name=_("told device"),
        null=True,
        related_name="notices",
    )
    # Somebody who has neither: reached by the e-mail address in the master data.
    recipient_employee = models.ForeignKey(
        "people.Employee", models.CASCADE, null=True, related_name="notices"
    )
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    body = models.TextField(_("text"), blank=True)
    path = models.CharField(max_length=300, blank=True)
    # Incidents are in a layer above: their public id, without a foreign key.
    incident_id = models.UUIDField(null=True)
    drill = models.BooleanField(_("drill"), default=False)
    dedupe = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["incident_id"], name="notice_of_incident")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    recipient_user__isnull=False,
                    recipient_device__isnull=True,
                    recipient_employee__isnull=True,
                )
                | Q(
                    recipient_user__isnull=True,
                    recipient_device__isnull=False,
                    recipient_employee__isnull=True,
                )
                | Q(
                    recipient_user__isnull=True,
                    recipient_device__isnull=True,
                    recipient_employee__isnull=False,
                ),
                name="notice_is_for_one",
            )
        ]

    def __str__(self) -> str:
        return self.title


_HANDED_OVER = """
UPDATE notifications_delivery SET state = 'handed_over', attempts = attempts + 1, provider_id = %s,
  handed_over_at = statement_timestamp() WHERE id = %s"""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def pending(self) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.State.PENDING)


class Delivery(models.Model):
    class Channel(models.TextChoices):
        WEBPUSH = "webpush", _("browser notice")
        EMAIL = "email", _("e-mail")

    class State(models.TextChoices):
        PENDING = "pending", _("being sent")
        HANDED_OVER = "handed_over", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("no longer needed")

    # What providers see as the message's own name, the same for every attempt.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    address = models.CharField(_("address"), max_length=1000)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    provider_id = models.CharField(max_length=300, blank=True, default="")
    handed_over_at = models.DateTimeField(_("sent at"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "address"], name="one_delivery_per_address"
            )
        ]
        indexes = [
            models.Index(fields=["notice"], name="delivery_pending", condition=Q(state="pending"))
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"

    def handed_over(self, provider_id: str) -> LastWord:
        """The last word of its job: also of a delivery that was cancelled meanwhile."""
        return LastWord(_HANDED_OVER, [provider_id[:300], self.pk])

    def note_failure(self, reason: str, *, final: bool, tried: bool = True) -> None:
        """Note a failed try; a delivery that was cancelled meanwhile stays cancelled."""
        Delivery.objects.pending().filter(pk=self.pk).update(
            state=self.State.FAILED if final else self.State.PENDING,
            attempts=F("attempts") + int(tried),
            last_error=reason[:300],
        )

    def cancel(self) -> None:
        Delivery.objects.pending().filter(pk=self.pk).update(state=self.State.CANCELLED)


class Receipt(models.Model):
    class Stage(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        DISPLAYED = "displayed", _("displayed")
        OPENED = "opened", _("opened")
        CONFIRMED = "confirmed", _("confirmed")
        MISSED = "missed", _("did not arrive")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="receipts")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    at = models.DateTimeField(_("at"), help_text=_("by the device's clock"))
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    source = models.CharField(_("source"), max_length=60)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ("received_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "stage", "source"], name="one_receipt_a_stage"
            )
        ]

    def __str__(self) -> str:
        return self.stage


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    def working(self) -> "PushSubscriptionQuerySet":
        return self.filter(failed_at__isnull=True, refused_at__isnull=True)

    def failing(self) -> "PushSubscriptionQuerySet":
        return self.filter(Q(failed_at__isnull=False) | Q(refused_at__isnull=False))


class PushSubscription(models.Model):
    """A browser that may be woken. An endpoint belongs to its newest subscriber."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, null=True, related_name="push_subscriptions"
    )
    device = models.ForeignKey(
        "people.Device", models.CASCADE, null=True, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    # Gone for good: it is not called again until it subscribes anew.
    failed_at = models.DateTimeField(_("failed at"), null=True)
    # Refused, as for a key of another server: nothing arrives, and the next message tries again.
    refused_at = models.DateTimeField(_("refused at"), null=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, device__isnull=True)
                | Q(user__isnull=True, device__isnull=False),
                name="subscription_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.endpoint[:60]

    def note_gone(self) -> None:
        PushSubscription.objects.filter(pk=self.pk, failed_at=None).update(failed_at=Now())

    def note_refused(self) -> None:
        PushSubscription.objects.filter(pk=self.pk, refused_at=None).update(refused_at=Now())

    def note_works(self) -> None:
        """One statement more, and only where it did not work before."""
        if self.refused_at is not None:
            PushSubscription.objects.filter(pk=self.pk).update(refused_at=None)


@changes_kept()
class NoticeText(models.Model):
    """The company's own words for an alarm, one row for each language. No row: ours."""

    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, unique=True
    )
    title = models.CharField(
        _("title"),
        max_length=60,
        help_text=_("{number} is where the number of the alarm stands."),
    )
    body = models.CharField(
        _("text"),
        max_length=300,
        help_text=_("It may be read on a locked screen beside the customer: no names, no places."),
    )

    class Meta:
        verbose_name = _("text of alarms")
        verbose_name_plural = _("texts of alarms")
        ordering = ("language",)
        constraints = [
            models.CheckConstraint(
                condition=Q(title__contains="{number}"), name="title_has_the_number"
            )
        ]

    def __str__(self) -> str:
        return self.get_language_display()
