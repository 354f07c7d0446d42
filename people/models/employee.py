"""Who works here. Most of them never sign in."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.kana import as_katakana
from accounts.romaji import full_name_shown
from audit.changes import changes_kept
from people.models.department import Department
from people.models.site import Site


@changes_kept(many_to_many=["other_departments"])
class Employee(models.Model):
    class Employment(models.TextChoices):
        REGULAR = "regular", _("regular")
        PART_TIME = "part_time", _("part-time")
        TEMPORARY = "temporary", _("temporary")
        OUTSIDE = "outside", _("outside firm")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("sign-in"),
        null=True,
        blank=True,
        related_name="employee",
        help_text=_("only for those who use the portal or this administration"),
    )
    number = models.CharField(_("employee number"), max_length=20, unique=True)
    family_name = models.CharField(_("family name"), max_length=40)
    given_name = models.CharField(_("given name"), max_length=40)
    family_kana = models.CharField(_("family name (kana)"), max_length=60)
    given_kana = models.CharField(_("given name (kana)"), max_length=60)
    employment = models.CharField(
        _("employment"), max_length=20, choices=Employment, default=Employment.REGULAR
    )
    employer = models.CharField(
        _("employer"), max_length=80, blank=True, help_text=_("empty: this company")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), related_name="employees"
    )
    other_departments = models.ManyToManyField(
        Department,
        verbose_name=_("further departments"),
        blank=True,
        related_name="+",
        help_text=_("where this person works as well; their supervisors are called, too"),
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        verbose_name=_("site"),
        null=True,
        blank=True,
        related_name="employees",
    )
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    job_title = models.CharField(_("job title"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    started_on = models.DateField(_("started on"), default=timezone.localdate)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    # When devices, assignments and sign-in were ended, after the last day.
    left_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ("family_kana", "given_kana", "number")
        indexes = [
            # Lists show a page of those who are here, in this order: no sort of everybody.
            models.Index(
                fields=["family_kana", "given_kana", "number"],
                condition=Q(ended_on__isnull=True),
                name="employee_here_by_name",
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        """Normalise the kana: people are sorted and found by it."""
        self.family_kana = as_katakana(self.family_kana)
        self.given_kana = as_katakana(self.given_kana)

    @property
    def full_name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def shown_name(self) -> str:
        """For readers; what is recorded has the name as it is written."""
        return full_name_shown(self)

    @property
    def is_current(self) -> bool:
        return self.ended_on is None or self.ended_on >= timezone.localdate()


def at_work(prefix: str = "", on: date | None = None) -> Q:
    """Employees who have begun or will begin and have not left; today unless a day is given."""
    open_end = Q(**{f"{prefix}ended_on__isnull": True})
    return open_end | Q(**{f"{prefix}ended_on__gte": on or timezone.localdate()})
