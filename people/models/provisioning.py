"""Whom the company's identity provider keeps, and by what it shows that it is it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from people.models.employee import Employee

SLOTS = (1, 2)


class ProvisionedEmployee(models.Model):
    """What the identity provider calls an employee. Employees without a row are not kept by it."""

    employee = models.OneToOneField(Employee, models.PROTECT, related_name="provisioned")
    user_name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    # A department has a code and a name: said back as it was said, or it would be sent forever.
    department_text = models.CharField(max_length=80, blank=True)
    # What it said last. Whether somebody is here HR decides as well.
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("person of the identity provider")
        verbose_name_plural = _("people of the identity provider")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(Lower("user_name"), name="provisioned_user_name")]

    def __str__(self) -> str:
        return self.user_name

    @property
    def is_here(self) -> bool:
        return self.is_active and self.employee.is_current


class TokenQuerySet(models.QuerySet["ProvisioningToken"]):
    def good(self) -> "TokenQuerySet":
        return self.filter(revoked_at__isnull=True)


@changes_kept(apart_from=["token_hash", "slot", "last_seen_at"])
class ProvisioningToken(models.Model):
    """Token of the identity provider. Two may be good, so that a new one can be entered
    there before the old one is revoked."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("name"), max_length=60, help_text=_("What it is for, for example Entra ID.")
    )
    token_hash = models.BinaryField(editable=False)
    slot = models.PositiveSmallIntegerField(editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("made by"),
        related_name="+",
        editable=False,
    )
    issued_at = models.DateTimeField(_("made at"), auto_now_add=True)
    last_seen_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("provisioning token")
        verbose_name_plural = _("provisioning tokens")
        ordering = ("-issued_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=Q(revoked_at__isnull=True), name="token_slot_is_free"
            ),
            models.CheckConstraint(condition=Q(slot__in=SLOTS), name="token_has_a_slot"),
        ]

    def __str__(self) -> str:
        return self.name
