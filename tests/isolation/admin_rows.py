"""The admin sites' pages, read from what is registered: which rows they need follows from the table
of rights, and so does what each page must show of its company (lists.py)."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin import AdminSite

from tenants.admin_sites import company_site, platform_site
from tests.isolation.console_rows import NEW
from tests.isolation.lists import HR, LISTS, PLATFORM
from tests.isolation.row import Row

MakeRow = Callable[..., Row]

PRESSED: dict[str, Any] = {"status": 200, "or_status": 302}
REFUSED: dict[str, Any] = {"status": 403}
SIGN_IN = "/accounts/login/?next=/admin/"
# Who keeps no records of people: turned to the sign-in, signed in or not.
GUESTS = dict.fromkeys(
    ("nobody", "boris", "second", "carla", "anna", "anna's phone", "post's phone"), 302
)


def company_admin() -> Iterator[Row]:
    yield from _models(company_site, HR, row)
    yield from _rooms(company_site, row)
    yield from _around()
    yield from _importing()
    # Says what was sent to it, and keeps nothing.
    yield row(
        "notifications/noticetext/preview/",
        "128",
        method="POST",
        form=True,
        own=False,
        body={"language": "ja", "title": "{{number}}", "body": "x"},
        idempotent=True,
    )
    # Says what an address answers, and keeps nothing.
    yield row(
        "accounts/singlesignon/test/",
        "接続しません",
        method="POST",
        form=True,
        own=False,
        body={"issuer": "https://localhost"},
        idempotent=True,
    )
    yield from _rights()
    plays = "recordings/playsession/"
    yield row(
        plays + "<int:pk>/review/",
        "",
        plays + "{session_pk}/review/",
        method="POST",
        form=True,
        status=302,
        to=f"/admin/{plays}{{session_pk}}/change/",
        body={"verdict": "fine"},
    )
    holidays = "people/holiday/national/"
    yield row(holidays, "元日", own=False)
    yield row(
        holidays,
        method="POST",
        form=True,
        status=302,
        to="/admin/people/holiday/",
        body={"year": "0"},
        idempotent=True,
    )
    people = "/admin/people/employee/?enrolled=no"
    yield row(
        "views/keep/",
        method="POST",
        form=True,
        status=302,
        to=people,
        body={"list": "people.employee", "query": "enrolled=no", "name": "x"},
    )
    yield row("views/<int:pk>/", "", "views/{view_pk}/", status=302, to=people, own=False)
    yield row(
        "views/<int:pk>/remove/",
        "",
        "views/{view_pk}/remove/",
        method="POST",
        form=True,
        status=302,
        to="/admin/people/employee/",
    )
    yield row("reach/", "{department}", "reach/?site={site_pk}")
    yield row(
        "reach/send/",
        method="POST",
        form=True,
        status=302,
        to="/admin/reach/",
        body={"run": NEW, "person": "{employee 020183_pk}"},
    )


def platform_admin() -> Iterator[Row]:
    yield from _models(platform_site, PLATFORM, platform_row)
    yield from _rooms(platform_site, platform_row)
    base = "tenants/recovery/"
    press: dict[str, Any] = {
        "method": "POST",
        "form": True,
        "status": 302,
        "to": f"/admin/{base}{{recovery_pk}}/change/",
    }
    yield platform_row(
        base + "ask/<int:company_id>/", "csrfmiddlewaretoken", base + "ask/{demo company_pk}/"
    )
    # It was approved before; stopping is always possible.
    yield platform_row(
        base + "<int:pk>/approve/", "", base + "{recovery_pk}/approve/", idempotent=True, **press
    )
    yield platform_row(base + "<int:pk>/stop/", "", base + "{recovery_pk}/stop/", **press)


def _models(site: AdminSite, whose: frozenset[str], row: MakeRow) -> Iterator[Row]:
    for model in site._registry:
        yield from _model(model._meta.label_lower, whose, row)


def _importing() -> Iterator[Row]:
    base = "people/employee/"
    upload, mine = base + "import/<uuid:public_id>/", base + "import/{upload}/"
    yield row(base + "import/", "import_file", own=False)
    yield row(upload, "{mark}", mine)
    yield row(upload + "progress/", "checked", mine + "progress/", own=False)
    yield row(upload + "refused/", "{mark}", mine + "refused/")
    yield row(
        base + "process_import/",
        "",
        method="POST",
        form=True,
        body={"upload": "{upload}"},
        status=302,
        to="/admin/people/employee/import/{upload}/",
    )
    plan = base + "withdraw/<uuid:public_id>/"
    yield row(
        plan,
        "",
        base + "withdraw/{plan}/",
        method="POST",
        form=True,
        status=302,
        to="/admin/people/employee/{employee 020187_pk}/change/",
    )
    yield row(base + "export/", "csrfmiddlewaretoken", own=False)
    yield row(base + "template/", "従業員番号", own=False)


def _rights() -> Iterator[Row]:
    yield row("accounts/user/rights/", "従業員", own=False)


def platform_row(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
    others = {"nobody": 302}
    return Row(
        f"platform /admin/{path}",
        "platform",
        shows,
        f"/admin/{url or path}",
        others=others,
        **more | {"own": False},
    )


def row(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
    others = GUESTS | more.pop("others", {})
    return Row(
        f"company /admin/{path}", "hanna", shows, f"/admin/{url or path}", others=others, **more
    )


def _model(label: str, whose: frozenset[str], row: MakeRow) -> Iterator[Row]:
    assert label in LISTS, f"say in lists.py who has the right to {label} and what it shows"
    expected = LISTS[label]
    shows = expected.shows
    change, delete = whose <= expected.change, whose <= expected.delete
    base = label.replace(".", "/") + "/"
    pattern, one = base + "<path:object_id>/", base + "{" + expected.row + "_pk}/"
    yield row(base, shows if expected.listed is None else expected.listed)
    yield row(pattern, "", one, status=302, to=f"/admin/{one}change/")
    yield row(pattern + "change/", shows, one + "change/")
    # Nothing is filled in: the form comes back or it is stored as it was; refused, neither.
    written = PRESSED if change and not expected.is_written_once else REFUSED
    yield row(
        pattern + "change/",
        "",
        one + "change/",
        method="POST",
        form=True,
        own=False,
        idempotent=True,
        **written,
    )
    yield row(pattern + "history/", "", one + "history/", own=False)
    yield row(pattern + "delete/", "", one + "delete/", status=200 if delete else 403, own=False)
    added = change and expected.is_added
    yield row(
        base + "add/",
        "csrfmiddlewaretoken" if added else "",
        own=False,
        status=200 if added else 403,
    )


def _rooms(site: AdminSite, row: MakeRow) -> Iterator[Row]:
    rooms = list(dict.fromkeys(model._meta.app_label for model in site._registry))
    for room in rooms:
        yield row(f"^(?P<app_label>{'|'.join(rooms)})/$", f"/admin/{room}/", f"{room}/", own=False)


def _around() -> Iterator[Row]:
    yield row("", "/admin/", own=False)
    yield row("autocomplete/", "", status=403)
    choices = "?app_label=people&model_name=employee&field_name=department&term="
    yield row("autocomplete/", "{department_json}", f"autocomplete/{choices}")
    yield row("search/", "", "search/?s=notice", own=False)
    yield row("jsi18n/", "gettext", own=False)
    yield row("(?P<url>.*)$", "", "nothing/", status=404)
    yield row("password_change/", status=302, to="/accounts/password/change/", own=False)
    yield row("password_change/done/", "", own=False)
    yield Row("company /admin/login/", "nobody", status=302, to=SIGN_IN, own=False, public=True)
    yield row(
        "logout/",
        "",
        method="POST",
        form=True,
        status=302,
        to="/accounts/login/",
        own=False,
        public=True,
    )
