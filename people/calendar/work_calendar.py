"""Who is at work, and which site is open, as far as reminders and deadlines need to know.

A night shift belongs to the date on which it starts.
"""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.db.models import Q

from people.models import Employee, Holiday, Leave, OpeningHours, Site, WorkPattern


class Calendar:
    """Who works on which of some days: patterns, leaves and holidays, read once for many people."""

    WEEKDAYS: ClassVar[tuple[int, ...]] = (0, 1, 2, 3, 4)
    """Working days of people without a pattern."""

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
        """Whether their own pattern says so; False for people without one."""
        pattern = self.patterns.get(employee_id)
        if pattern is None:
            return False
        at_work = pattern.covers(moment.time())
        return not (at_work and self.works(employee_id, pattern.date_of(moment)))

    def date_of(self, employee_id: int, moment: datetime) -> date:
        pattern = self.patterns.get(employee_id)
        return pattern.date_of(moment) if pattern else moment.date()

    def starts_at(self, employee_id: int, default: time) -> time:
        """When the person's day starts, else when the site first opens, else the company."""
        if pattern := self.patterns.get(employee_id):
            return pattern.starts_at
        usual = self._opening.get(None, default)
        return self._opening.get(self._sites.get(employee_id), usual)


def hours_of(site: Site) -> list[OpeningHours]:
    """Opening hours of a site: its own, else the company's."""
    hours = list(OpeningHours.objects.filter(Q(site=site) | Q(site=None)))
    return [one for one in hours if one.site_id] or hours


def is_outside_hours(site: Site, moment: datetime) -> bool:
    """Whether the site is closed; False also where nobody has set hours."""
    hours = hours_of(site)
    days = (moment.date() - timedelta(days=1), moment.date())
    holidays = Holiday.objects.filter(Q(site=site) | Q(site=None), on__in=days)
    closed = set(holidays.values_list("on", flat=True))
    return bool(hours) and not any(one.cover(moment, closed) for one in hours)
