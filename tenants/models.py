"""Which companies there are, under which hosts, and what they have contracted.

A company is a PostgreSQL schema. The security company's desk (kind ``ops``) and the platform
itself (kind ``platform``) are schemas made from the same template, so that users, sessions,
notices and audit never live in ``public``.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin


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
    """What a company has agreed with the security company. No row: no support can be requested."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, related_name="contract")
    number = models.CharField(_("contract number"), max_length=40, unique=True)
    support_from = models.DateField(_("support from"))
    support_until = models.DateField(_("support until"), null=True, blank=True)

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                condition=Q(support_until__isnull=True)
                | Q(support_until__gte=models.F("support_from")),
                name="contract_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.number
