"""When a site is open to the public. A row without a site is for every site without own rows."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.changes import changes_kept
from people.models.site import Site


@changes_kept()
class OpeningHours(models.Model):
    """Weekdays: 0 is Monday. A site with other hours at the weekend has two rows."""

    site = models.ForeignKey(
        Site,
        models.CASCADE,
        verbose_name=_("site"),
        null=True,
        blank=True,
        related_name="opening_hours",
        help_text=_("None: every site that has no hours of its own."),
    )
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"))
    opens_at = models.TimeField(_("opens at"))
    closes_at = models.TimeField(
        _("closes at"), help_text=_("at or before the opening: the next morning")
    )

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("site__name", "opens_at")

    def __str__(self) -> str:
        return f"{self.site or ''} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}".strip()

    def cover(self, moment: datetime, closed: set[date]) -> bool:
        """Whether a local moment is inside; after midnight it is still the evening before."""
        today = moment.date()
        return any(
            self._from(day) <= moment.replace(tzinfo=None) < self._until(day)
            for day in (today, today - timedelta(days=1))
            if day.weekday() in self.weekdays and day not in closed
        )

    def _from(self, day: date) -> datetime:
        return datetime.combine(day, self.opens_at)

    def _until(self, day: date) -> datetime:
        is_next_morning = self.closes_at <= self.opens_at
        return datetime.combine(day + timedelta(days=is_next_morning), self.closes_at)
