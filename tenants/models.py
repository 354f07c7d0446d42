"""Which companies there are, under which hosts, and what they have contracted.

A company is a PostgreSQL schema. The security company's desk (kind ``ops``) and the platform
itself (kind ``platform``) are schemas made from the same template, so that users, sessions,
notices and audit never live in ``public``.
"""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from tenants.zones import zone


class Company(TenantMixin):
    class Kind(models.TextChoices):
        COMPANY = "company", _("client company")
        OPS = "ops", _("security company")
        PLATFORM = "platform", _("platform")

    # Schemas are made by public.provision_company(), see tenants/provisioning.py.
    auto_create_schema = False

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMPANY)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Tokyo")
    is_suspended = models.BooleanField(_("suspended"), default=False)
    let_go_at = models.DateTimeField(_("contract ended"), null=True, editable=False)
    """Suspended for good."""
    state_reason = models.CharField(
        _("reason"), max_length=300, blank=True, default="", db_default="", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name

    @property
    def schema(self) -> str:
        return str(self.schema_name)


class Domain(DomainMixin):
    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")


class Contract(models.Model):
    """A company's contract with the security company. No row: no support can be requested."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="contract")
    number = models.CharField(_("contract number"), max_length=40, unique=True)
    support_from = models.DateField(_("support from"))
    support_until = models.DateField(_("support until"), null=True, blank=True)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                condition=Q(support_until__isnull=True) | Q(support_until__gte=F("support_from")),
                name="contract_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Contact(models.Model):
    """Who speaks for a company towards the platform; known before anybody asks for anything."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("phone number"), max_length=30)
    created_at = models.DateTimeField(_("registered"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("named contact")
        verbose_name_plural = _("named contacts")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


NOTICE = timedelta(hours=24)
"""How long everybody concerned can stop a recovery."""


class RecoveryQuerySet(models.QuerySet["Recovery"]):
    def unsettled(self) -> "RecoveryQuerySet":
        return self.filter(state__in=[Recovery.State.ASKED, Recovery.State.RUNNING])

    def running(self) -> "RecoveryQuerySet":
        return self.filter(state=Recovery.State.RUNNING)


class Recovery(models.Model):
    """The sign-in of a company's HR administrator, reset by the platform where nobody else is left.

    asked -> running       a second platform administrator approved; all concerned are notified
    asked -> stopped       taken back, declined, or the company was suspended
    running -> stopped     by HR, by a named contact, by the platform, with the company; or the
                           person is no HR administrator with an address any more
    running -> done        a day has passed: the sign-in, and nothing else, was reset

    It names people by their ids only: those of the company are in its schema.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for a second approval")
        RUNNING = "running", _("24 hours of notice")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("sign-in was reset")

    class StoppedBy(models.TextChoices):
        HR = "hr", _("the company's HR")
        CONTACT = "contact", _("a named contact")
        PLATFORM = "platform", _("the platform")
        COMPANY_STATE = "company", _("suspension of the company")
        CLOCK = "clock", _("the person is no HR administrator with an address any more")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="recoveries", verbose_name=_("company")
    )
    person = models.UUIDField(_("HR administrator"))
    """The public id of a user in the company's schema."""
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    verified_how = models.CharField(_("how the contact was verified"), max_length=300)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.UUIDField()
    """Like the next one, the public id of a platform administrator."""
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    due_at = models.DateTimeField(_("reset at"), null=True)
    stopped_by = models.CharField(
        _("stopped by"), max_length=10, choices=StoppedBy, blank=True, default=""
    )
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery of a sign-in")
        verbose_name_plural = _("recoveries of sign-ins")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                name="recovery_by_two",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(due_at__gte=F("approved_at") + NOTICE),
                name="recovery_gives_a_day",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(done_at__gte=F("due_at")),
                name="recovery_not_before_due",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", approved_by__isnull=True, stopped_at__isnull=True)
                | Q(
                    state="running",
                    approved_by__isnull=False,
                    due_at__isnull=False,
                    stopped_at__isnull=True,
                )
                | Q(state="stopped", stopped_at__isnull=False, done_at__isnull=True)
                | Q(
                    state="done",
                    approved_by__isnull=False,
                    due_at__isnull=False,
                    stopped_at__isnull=True,
                    done_at__isnull=False,
                ),
                name="recovery_state_says_it_all",
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=["asked", "running"]),
                name="recovery_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        asked_at = timezone.localtime(self.asked_at, zone(self.company.time_zone))
        return f"{self.company} {asked_at:%Y-%m-%d}"
