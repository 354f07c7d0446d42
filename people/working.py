"""When somebody is at work, or a site is open, as far as reminders and deadlines need to know.

A night shift belongs to the date on which it starts.
"""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.employee import Employee
from people.models.site import Site
from people.opening import OpeningHours


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


class Calendar:
    """Who works on which of some days: patterns, leaves and holidays, read once for many people."""

    WEEKDAYS: ClassVar[tuple[int, ...]] = (0, 1, 2, 3, 4)
    """Of whoever has no pattern."""

    def __init__(self, employee_ids: list[int], first: date, last: date) -> None:
        patterns = WorkPattern.objects.filter(employee__in=employee_ids)
        self.patterns = {one.employee_id: one for one in patterns}
        away = Leave.objects.filter(
            employee__in=employee_ids, starts_on__lte=last, ends_on__gte=first
        )
        self._away: dict[int, list[tuple[date, date]]] = {}
        for leave in away:
            days = (leave.starts_on, leave.ends_on)
            self._away.setdefault(leave.employee_id, []).append(days)
        employees = Employee.objects.filter(pk__in=employee_ids)
        self._sites = dict(employees.values_list("pk", "site"))
        closed = Holiday.objects.filter(on__range=(first, last))
        self._holidays = set(closed.values_list("on", "site"))
        self._opening: dict[int | None, time] = {}
        for hours in OpeningHours.objects.order_by("-opens_at"):
            self._opening[hours.site_id] = hours.opens_at

    def works(self, employee_id: int, on: date) -> bool:
        pattern = self.patterns.get(employee_id)
        weekdays = pattern.weekdays if pattern else self.WEEKDAYS
        site = self._sites.get(employee_id)
        if {(on, None), (on, site)} & self._holidays or on.weekday() not in weekdays:
            return False
        return not any(first <= on <= last for first, last in self._away.get(employee_id, ()))

    def is_off(self, employee_id: int, moment: datetime) -> bool:
        """By a pattern of the own; nothing is said of whoever has none."""
        pattern = self.patterns.get(employee_id)
        if pattern is None:
            return False
        at_work = pattern.covers(moment.time())
        return not (at_work and self.works(employee_id, pattern.date_of(moment)))

    def date_of(self, employee_id: int, moment: datetime) -> date:
        pattern = self.patterns.get(employee_id)
        return pattern.date_of(moment) if pattern else moment.date()

    def starts_at(self, employee_id: int, default: time) -> time:
        """The person's own, else when the site opens at its earliest, else the company."""
        if pattern := self.patterns.get(employee_id):
            return pattern.starts_at
        usual = self._opening.get(None, default)
        return self._opening.get(self._sites.get(employee_id), usual)


def hours_of(site: Site) -> list[OpeningHours]:
    """Its own, else the company's."""
    found = list(OpeningHours.objects.filter(models.Q(site=site) | models.Q(site=None)))
    return [one for one in found if one.site_id] or found


def is_outside_hours(site: Site, moment: datetime) -> bool:
    """False also where no hours are known: nothing is said that nobody has set."""
    hours = hours_of(site)
    days = (moment.date() - timedelta(days=1), moment.date())
    holidays = Holiday.objects.filter(models.Q(site=site) | models.Q(site=None), on__in=days)
    closed = set(holidays.values_list("on", flat=True))
    return bool(hours) and not any(one.cover(moment, closed) for one in hours)
