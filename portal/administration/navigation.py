"""Around the pages of the two admin sites: the menu, for its own kind of host."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.company_lists import menu
from accounts.models import User
from portal.administration.access import sees_readiness
from tenants.context import current_company

Shown = tuple[str, str, Promise | str]

# Pages that belong to a list and are none.
BESIDE = {
    "recordings.playsession": (_("What was done"), "link", "hr:admin-log"),
    "people.device": (_("Devices by site"), "devices", "devices:sites"),
    "accounts.user": (_("Who may do what"), "table", "admin:accounts_user_rights"),
}
# Title, then the lists in it with their icons and their own titles.
PLATFORM: list[tuple[Promise, list[Shown]]] = [
    (
        _("Companies"),
        [
            ("tenants.company", "domain", _("Companies")),
            ("tenants.domain", "dns", _("Hosts")),
            ("tenants.contract", "contract", _("Support contracts")),
            ("tenants.recovery", "lock_reset", _("Recoveries of sign-ins")),
        ],
    ),
    (_("Running"), [("jobs.job", "pending_actions", _("Failed and waiting jobs"))]),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu: what this person may open, and what exists on this host."""
    on_platform = current_company().kind == "platform"
    first = {"title": _("Dashboard"), "icon": "dashboard", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"title": None, "items": [first]}]
    for title, lists in PLATFORM if on_platform else _company():
        seen = [one for one in lists if _sees(request.user, one[0])]
        items = [item for one in seen for item in _items(*one)]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    if not on_platform and isinstance(request.user, User) and sees_readiness(request.user):
        groups[0]["items"] += _ready_for_alarms()
    if on_platform:
        health = {"title": _("Health"), "icon": "monitor_heart", "link": reverse("health")}
        groups[-1]["items"].append(health)
    return groups


def _company() -> Iterator[tuple[Promise, list[Shown]]]:
    for group, lists in menu():
        yield group.label, [(model, one.icon, one.title or _name(model)) for model, one in lists]


def _name(model: str) -> str:
    return capfirst(str(apps.get_model(model)._meta.verbose_name_plural))


def _ready_for_alarms() -> list[dict[str, Any]]:
    pages = (
        (_("Check of the reach"), "hr-admin:reach", "notifications_active"),
        (_("Readiness"), "hr:readiness", "fact_check"),
    )
    return [{"title": title, "icon": icon, "link": reverse(page)} for title, page, icon in pages]


def _sees(user: User | AnonymousUser, model: str) -> bool:
    app_label, name = model.split(".")
    return user.has_perm(f"{app_label}.view_{name}")


def _items(model: str, icon: str, title: Promise | str) -> Iterator[dict[str, Any]]:
    app_label, name = model.split(".")
    link = reverse(f"admin:{app_label}_{name}_changelist")
    yield {"title": title, "icon": icon, "link": link}
    if model in BESIDE:
        beside, symbol, page = BESIDE[model]
        yield {"title": beside, "icon": symbol, "link": reverse(page)}


def stylesheet(_request: HttpRequest) -> str:
    return static("css/admin.css")


def script(_request: HttpRequest) -> str:
    return static("js/admin.js")


def company_name(_request: HttpRequest) -> str:
    return current_company().name
