"""Where people work, and what helpers must know of the place."""

import re
import unicodedata
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept

FROM_ANYWHERE = re.compile(r"\+[1-9]\d{7,14}|0\d{9,10}")
BETWEEN_DIGITS = re.compile(r"[\s()\-‐−]")


@changes_kept()
class Site(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=200)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    outline = models.JSONField(
        _("outline"), default=list, blank=True, help_text=_("ring of [longitude, latitude] pairs")
    )
    floors = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("floors"),
        default=list,
        blank=True,
        help_text=_("from below to above, separated by commas"),
    )
    internal_number = models.CharField(_("internal number"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def number_to_dial(self) -> str:
        """The number; empty if a mobile cannot dial it: "extension 110" would call the police."""
        digits = BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", self.internal_number))
        return digits if FROM_ANYWHERE.fullmatch(digits) else ""


@changes_kept()
class SiteGuide(models.Model):
    """What helpers must know of a site. Shown to the desk only within a grant."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="guide")
    prefecture = models.CharField(_("prefecture"), max_length=10)
    police_number = models.CharField(
        _("direct number of the police headquarters"), max_length=20, blank=True
    )
    warnings = models.TextField(_("important"), blank=True)
    code_word = models.CharField(_("code word"), max_length=40, blank=True)
    entrance = models.TextField(_("entrance"), blank=True)
    keys = models.TextField(_("keys"), blank=True)
    approach = models.TextField(_("how to approach"), blank=True)
    camera_url = models.URLField(_("camera system"), blank=True)

    class Meta:
        verbose_name = _("site guide")
        verbose_name_plural = _("site guides")

    def __str__(self) -> str:
        return str(self.site)
