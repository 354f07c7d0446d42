"""When somebody works, and when nobody does.

A night shift belongs to the date on which it starts.
"""

from datetime import date, datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from people.models.site import Site


@changes_kept()
class WorkPattern(models.Model):
    """The usual working week of one person. Weekdays: 0 is Monday."""

    employee = models.OneToOneField("people.Employee", models.CASCADE, related_name="work_pattern")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("working days"))
    starts_at = models.TimeField(_("work starts at"))
    ends_at = models.TimeField(_("work ends at"), help_text=_("before the start: the next morning"))

    class Meta:
        verbose_name = _("working time")
        verbose_name_plural = _("working times")

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M}-{self.ends_at:%H:%M}"

    @property
    def is_night(self) -> bool:
        return self.ends_at <= self.starts_at

    def covers(self, clock: time) -> bool:
        if self.is_night:
            return clock >= self.starts_at or clock < self.ends_at
        return self.starts_at <= clock < self.ends_at

    def date_of(self, moment: datetime) -> date:
        """The working date that a local moment belongs to."""
        if self.is_night and moment.time() < self.ends_at:
            return moment.date() - timedelta(days=1)
        return moment.date()


@changes_kept()
class Leave(models.Model):
    employee = models.ForeignKey("people.Employee", models.CASCADE, related_name="leaves")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ("starts_on",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="leave_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on}"


@changes_kept()
class Holiday(models.Model):
    """A day on which this company, or one site of it, does not work."""

    on = models.DateField(_("date"))
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        verbose_name=_("site"),
        null=True,
        blank=True,
        related_name="holidays",
        help_text=_("None: the whole company."),
    )
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ("on",)
        constraints = [
            models.UniqueConstraint(
                fields=["on", "site"],
                nulls_distinct=False,
                name="one_holiday_a_day",
                violation_error_message=_("This day is already a holiday there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}".strip()
