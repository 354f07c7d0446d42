"""Around the pages of the two admin sites: the menu, for its own kind of host."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from portal.administration.access import sees_readiness
from tenants.context import current_company

# Title, then the lists in it with their icons.
COMPANY = (
    (
        pgettext_lazy("menu", "Today"),
        (
            ("incidents.incident", "e911_emergency"),
            ("escalation.exercise", "campaign"),
            ("people.exclusion", "visibility_off"),
        ),
    ),
    (
        pgettext_lazy("menu", "People"),
        (
            ("people.employee", "badge"),
            ("people.department", "account_tree"),
            ("people.supervisorassignment", "supervisor_account"),
            ("escalation.contactrule", "timer"),
            ("people.sitemanagement", "supervised_user_circle"),
            ("people.importrun", "upload_file"),
        ),
    ),
    (
        _("Places and devices"),
        (
            ("people.site", "location_on"),
            ("people.post", "storefront"),
            ("people.device", "phone_iphone"),
        ),
    ),
    (
        _("Working time"),
        (
            ("people.workpattern", "schedule"),
            ("people.leave", "event_busy"),
            ("people.openinghours", "store"),
            ("people.holiday", "calendar_month"),
        ),
    ),
    (
        _("Condition"),
        (
            ("wellbeing.wellbeingsettings", "mood"),
            ("wellbeing.rulesetting", "rule"),
            ("wellbeing.supportline", "support_agent"),
        ),
    ),
    (
        _("Company settings"),
        (
            ("people.appsettings", "smartphone"),
            ("notifications.noticetext", "sms"),
            ("incidents.category", "category"),
            ("incidents.retentionsettings", "auto_delete"),
        ),
    ),
    (
        _("Records"),
        (
            ("recordings.recording", "graphic_eq"),
            ("recordings.playsession", "hearing"),
            ("recordings.purpose", "policy"),
            ("notifications.notice", "notifications"),
            ("auditlog.logentry", "history"),
        ),
    ),
    (
        _("Sign-in and roles"),
        (
            ("accounts.user", "manage_accounts"),
            ("accounts.singlesignon", "key"),
            ("accounts.refusedsignin", "no_accounts"),
            ("people.provisioningtoken", "sync_alt"),
        ),
    ),
)
# Pages that belong to a list and are none.
BESIDE = {
    "recordings.playsession": (_("What was done"), "link", "hr:trail"),
    "people.device": (_("Devices by site"), "devices", "devices:sites"),
    "accounts.user": (_("Who may do what"), "table", "admin:accounts_user_rights"),
}
PLATFORM = (
    (
        _("Companies"),
        (
            ("tenants.company", "domain"),
            ("tenants.domain", "dns"),
            ("tenants.contract", "contract"),
            ("tenants.recovery", "lock_reset"),
        ),
    ),
    (_("Running"), (("jobs.job", "pending_actions"),)),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Only what this person may open, and only what exists on this host."""
    on_platform = current_company().kind == "platform"
    first = {"title": _("Dashboard"), "icon": "dashboard", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"title": None, "items": [first]}]
    for title, models in PLATFORM if on_platform else COMPANY:
        seen = [(model, icon) for model, icon in models if _sees(request.user, model)]
        items = [item for model, icon in seen for item in _items(model, icon)]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    if not on_platform and isinstance(request.user, User) and sees_readiness(request.user):
        groups[0]["items"] += _ready_for_alarms()
    if on_platform:
        health = {"title": _("Health"), "icon": "monitor_heart", "link": reverse("health")}
        groups[-1]["items"].append(health)
    return groups


def _ready_for_alarms() -> list[dict[str, Any]]:
    pages = (
        (_("Check of the reach"), "hr-admin:reach", "notifications_active"),
        (_("Readiness"), "hr:readiness", "fact_check"),
    )
    return [{"title": title, "icon": icon, "link": reverse(page)} for title, page, icon in pages]


def _sees(user: User | AnonymousUser, model: str) -> bool:
    room, name = model.split(".")
    return user.has_perm(f"{room}.view_{name}")


def _items(model: str, icon: str) -> Iterator[dict[str, Any]]:
    room, name = model.split(".")
    link = reverse(f"admin:{room}_{name}_changelist")
    yield {"title": TITLES[model], "icon": icon, "link": link}
    if model in BESIDE:
        title, icon, page = BESIDE[model]
        yield {"title": title, "icon": icon, "link": reverse(page)}


TITLES = {
    "incidents.incident": _("Alarms"),
    "people.exclusion": _("Conflicts of interest"),
    "escalation.exercise": _("Exercises"),
    "escalation.contactrule": _("Contact rules"),
    "incidents.category": _("Categories of harassment"),
    "incidents.retentionsettings": _("How long records are kept"),
    "people.employee": _("Employees"),
    "people.department": _("Departments"),
    "people.supervisorassignment": _("Supervisors and deputies"),
    "people.importrun": _("Imports"),
    "people.site": _("Sites"),
    "people.post": _("Posts"),
    "people.device": _("Devices"),
    "people.sitemanagement": _("Site managers"),
    "recordings.recording": _("Recordings"),
    "recordings.playsession": _("Playback history"),
    "recordings.purpose": _("Purpose of recording"),
    "notifications.notice": _("Notices"),
    "auditlog.logentry": _("Changes of settings and people"),
    "accounts.user": _("Users and roles"),
    "accounts.singlesignon": _("Single sign-on"),
    "accounts.refusedsignin": _("Refused sign-ins"),
    "people.provisioningtoken": _("Automatic provisioning (SCIM)"),
    "people.workpattern": _("Working times"),
    "people.leave": _("Leave"),
    "people.holiday": _("Holidays"),
    "people.openinghours": _("Opening hours"),
    "notifications.noticetext": _("Words of the alarm"),
    "people.appsettings": _("The app's screen"),
    "wellbeing.wellbeingsettings": _("Daily condition"),
    "wellbeing.rulesetting": _("Care rules"),
    "wellbeing.supportline": _("Support lines"),
    "tenants.company": _("Companies"),
    "tenants.domain": _("Hosts"),
    "tenants.contract": _("Support contracts"),
    "tenants.recovery": _("Recoveries of sign-ins"),
    "jobs.job": _("Failed and waiting jobs"),
}


def stylesheet(_request: HttpRequest) -> str:
    return static("css/admin.css")


def script(_request: HttpRequest) -> str:
    return static("js/admin.js")


def company_name(_request: HttpRequest) -> str:
    return current_company().name
