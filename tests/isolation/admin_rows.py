"""The admin sites' pages, read from what is registered: which rows they need follows from the table
of rights, and what each page must show of its company is said here."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import AdminSite

from accounts.permissions import ADMINISTRATION
from accounts.roles import Role
from tenants.admin_sites import company_site
from tests.isolation.row import Row

# A row of each model, by its key in a Side, and what only that company's page of it contains.
SHOWN = {
    "people.department": ("department", "{department}"),
    "people.site": ("site", "{site}"),
    "people.post": ("post", "{site}"),
    "people.employee": ("employee 020182", "{site}"),
    "people.supervisorassignment": ("assignment", "{department}"),
    "people.device": ("anna's phone", "{mark}"),
    "accounts.user": ("anna", "{mark}"),
    "incidents.incident": ("incident", "{site}"),
    "notifications.notice": ("told", "{mark}"),
    "recordings.recording": ("recording", "{recording}"),
    "recordings.playsession": ("session", "{mark}"),
}
# Lists that show less than the row's own page.
LISTS = {"recordings.recording": "{mark}"}
# Made by what happens, not by a form: an enrolment, a tap.
NOT_ADDED = {"people.device"}
# Who keeps no records of people: turned to the sign-in, signed in or not.
GUESTS = dict.fromkeys(
    ("nobody", "boris", "second", "carla", "anna", "anna's phone", "post's phone"), 302
)


def company_admin() -> Iterator[Row]:
    for model in company_site._registry:
        label = model._meta.label_lower
        key, shows = SHOWN[label]
        yield from _model(label, key, shows)
    yield from _rooms(company_site)
    yield from _around()


def row(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
    others = GUESTS | more.pop("others", {})
    return Row(f"company /admin/{path}", "hanna", shows, f"/admin/{url or path}",
               others=others, **more)  # fmt: skip


def _model(label: str, key: str, shows: str) -> Iterator[Row]:
    _look, change, delete = (Role.HR_ADMIN in roles for roles in ADMINISTRATION[label])
    base = label.replace(".", "/") + "/"
    pattern, one = base + "<path:object_id>/", base + "{" + key + "_pk}/"
    yield row(base, LISTS.get(label, shows))
    yield row(pattern, "", one, status=302, to=f"/admin/{one}change/")
    yield row(pattern + "change/", shows, one + "change/")
    yield row(pattern + "history/", "", one + "history/", own=False)
    yield row(pattern + "delete/", "", one + "delete/", status=200 if delete else 403, own=False)
    added = change and label not in NOT_ADDED
    yield row(base + "add/", "csrfmiddlewaretoken" if added else "", own=False,
              status=200 if added else 403)  # fmt: skip


def _rooms(site: AdminSite) -> Iterator[Row]:
    rooms = list(dict.fromkeys(model._meta.app_label for model in site._registry))
    for room in rooms:
        yield row(f"^(?P<app_label>{'|'.join(rooms)})/$", f"/admin/{room}/", f"{room}/", own=False)


def _around() -> Iterator[Row]:
    yield row("", "hanna", own=False)
    yield row("autocomplete/", "", status=403)
    choices = "?app_label=people&model_name=employee&field_name=department&term="
    yield row("autocomplete/", "{department_json}", f"autocomplete/{choices}")
    yield row("search/", "", "search/?s=notice", own=False)
    yield row("jsi18n/", "gettext", own=False)
    yield row("r/<path:content_type_id>/<path:object_id>/", "", "r/1/1/", status=404)
    yield row("(?P<url>.*)$", "", "nothing/", status=404)
    yield row("password_change/", "old_password", own=False)
    yield row("password_change/done/", "", own=False)
    yield Row("company /admin/login/", "nobody", "password", own=False, public=True)
    yield row("logout/", "", method="POST", form=True, own=False, public=True)
