"""The cards of the start page: a number, and the list that shows exactly those rows. People who
may not open the list do not see its number."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from incidents import retention
from incidents.models import Incident
from incidents.visibility import hidden_from
from people.models import Device, Employee, ImportRun, at_work
from people.supervision.coverage import uncovered_posts
from people.supervision.selectors import SILENT_DAYS, assignments_ending_soon, silent_devices
from portal.administration.cards import Card
from readiness.checklist import ENOUGH_HR_ADMINS
from recordings.selectors import LOOK_BACK_DAYS, plays_seen_by, plays_to_look_at

COMING_DAYS = 30


def sees(user: User, model: str) -> bool:
    app_label, name = model.split(".")
    return user.has_perm(f"{app_label}.view_{name}")


def cards_for(user: User, uncovered: int) -> Iterator[Card]:
    if sees(user, "incidents.incident"):
        yield _open_alarms(user)
    if sees(user, "people.supervisorassignment"):
        yield from _cover(uncovered)
    if sees(user, "people.device"):
        yield from _devices()
    if sees(user, "recordings.playsession"):
        yield _plays(user)
    if sees(user, "people.importrun"):
        yield from _last_import()
    if sees(user, "incidents.retentionsettings"):
        yield _coming_due()
    if sees(user, "accounts.user"):
        yield _hr_admins()


def _list(model: str, query: str = "") -> str:
    return reverse(f"admin:{model.replace('.', '_')}_changelist") + query


def _open_alarms(user: User) -> Card:
    count = Incident.objects.real().open().exclude(pk__in=hidden_from(user)).count()
    link = _list("incidents.incident", "?state__exact=open&drill__exact=none")
    return Card(_("Alarms that are open"), count, link, is_urgent=True)


def _cover(uncovered: int) -> Iterator[Card]:
    yield Card(
        _("Employees for whom nobody would be called"),
        uncovered,
        _list("people.employee", "?covered=no"),
        is_urgent=True,
    )
    yield Card(
        _("Posts with a device that would call nobody"),
        uncovered_posts().count(),
        _list("people.post", "?covered=no"),
        is_urgent=True,
    )
    yield Card(
        _("Supervisor assignments ending within 30 days"),
        assignments_ending_soon().count(),
        _list("people.supervisorassignment", "?in_force=ending"),
    )


def _devices() -> Iterator[Card]:
    devices = Device.objects.in_use().filter(employee=OuterRef("pk"))
    without = Employee.objects.filter(at_work()).exclude(Exists(devices)).count()
    yield Card(_("Employees without a device"), without, _list("people.employee", "?enrolled=no"))
    title = _("Devices not heard of for %(n)s days") % {"n": SILENT_DAYS}
    silent = _list("people.device", f"?state=silent{SILENT_DAYS}")
    yield Card(title, silent_devices().count(), silent)


def _plays(user: User) -> Card:
    title = _("Playbacks not checked yet (last %(n)s days)") % {"n": LOOK_BACK_DAYS}
    note = _("by somebody who was not acting, or by break-glass")
    link = _list("recordings.playsession", "?review=recent")
    return Card(title, plays_to_look_at(plays_seen_by(user)).count(), link, note=note)


def _last_import() -> Iterator[Card]:
    last = ImportRun.objects.first()
    if last is None:
        return
    when = date_format(localtime(last.at), "SHORT_DATETIME_FORMAT")
    words = {"file": last.file_name, "at": when, "added": last.added, "changed": last.changed}
    note = _("%(file)s, %(at)s: %(added)s added, %(changed)s changed") % words
    if last.undone_at:
        note = _("%(file)s, %(at)s: taken back") % words
    count = last.added + last.changed
    yield Card(
        _("Last import of employees"), count, _list("people.importrun"), is_fact=True, note=note
    )


def _coming_due() -> Card:
    soon = [due for due in retention.preview() if due.within_days is not None]
    count = sum(due.count for due in soon if (due.within_days or 0) <= COMING_DAYS)
    title = _("Records to be kept no longer than %(n)s more days") % {"n": COMING_DAYS}
    return Card(title, count, _list("incidents.retentionsettings"), is_fact=True)


def _hr_admins() -> Card:
    count = User.objects.filter(roles__contains=[Role.HR_ADMIN], is_active=True).count()
    few = count < ENOUGH_HR_ADMINS
    title = _("HR administrators (at least two are needed)") if few else _("HR administrators")
    link = _list("accounts.user", f"?role={Role.HR_ADMIN}&is_active__exact=1")
    return Card(title, count, link, is_urgent=few, is_fact=not few)
