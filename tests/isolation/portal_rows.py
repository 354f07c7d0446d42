"""The company's own pages: for those who are called, for HR, and for who keeps the devices."""

from collections.abc import Iterator
from typing import Any

from tests.isolation.api_rows import ENDPOINT, KEYS
from tests.isolation.console_rows import CLIENT
from tests.isolation.row import Row

OWN_PORTAL = {"carla": 404, "nobody": 302, "colleague's phone": 302}
# HR keeps the records and reads them; answering is for those who are called.
READS = OWN_PORTAL | {"hanna": 200, "anna": 200, "second": 200}
ACTS = OWN_PORTAL | {"hanna": 403}


def portal() -> Iterator[Row]:
    def row(path: str, shows: str, url: str = "", **more: Any) -> Row:
        return Row(f"company /portal/{path}", "boris", shows, f"/portal/{url or path}", **more)

    guest = {"nobody": 302, "anna's phone": 302}
    yield row("", "{incident}", others=guest)
    yield row("open/", "{incident}", others=guest)
    yield row("poll", "{incident}", others=guest)
    one, url = "incidents/<uuid:public_id>/", "incidents/{incident}/"
    yield row(one, "{mark}", url, others=READS)
    yield row(one + "parts/", "{mark}", url + "parts/", others=READS)
    yield row(one + "positions", "{longitude}", url + "positions", others=READS)
    back = {"method": "POST", "form": True, "status": 302, "to": "/portal/incidents/{incident}/"}
    for name, body in (
        ("acknowledge", {}),
        ("head-out", {}),
        ("arrive", {}),
        ("support", {}),
        ("called-110", {}),
        ("message", CLIENT | {"text": "x"}),
        ("close", {"outcome": "resolved", "presses": 0}),
    ):
        yield row(f"{one}{name}/", "", f"{url}{name}/", body=body, others=ACTS, **back)
    yield row(
        f"{one}read/",
        "",
        f"{url}read/",
        method="POST",
        form=True,
        body={"line": 1},
        status=204,
        idempotent=True,
        others=OWN_PORTAL | {"hanna": 204, "anna": 204, "second": 204},
    )
    # Nobody is on the way or on site, and the alarm is open: the page says so.
    for name in ("still-on-way", "cannot-come", "ask-on-site", "reopen"):
        yield row(
            f"{one}{name}/", "", f"{url}{name}/", body={}, others=ACTS, idempotent=True, **back
        )
    # The alarm is still open: the page says that it is ended first.
    yield row(
        f"{one}classify/",
        "",
        f"{url}classify/",
        body={},
        idempotent=True,
        **back,
        others=OWN_PORTAL | {"hanna": 302},
    )
    yield row(
        f"{one}note/",
        "",
        f"{url}note/",
        body={"text": "x"},
        **back,
        others=OWN_PORTAL | {"hanna": 302},
    )
    yield row("watching/", "", "watching/", own=False, others=guest)
    yield Row("company /portal/watching/", "watcher", "佐藤", "/portal/watching/", own=False)
    yield Row(
        "company /portal/watching/poll",
        "watcher",
        '"ringing": true',
        own=False,
        others={"nobody": 401, "boris": 401},
    )
    yield Row(
        "company /portal/n/<uuid:public_id>/",
        "nobody",
        "佐藤",
        "/portal/n/{notice}/?{link}",
        own=False,
    )
    yield Row(
        "company /portal/n/<uuid:public_id>/",
        "nobody",
        "",
        "/portal/n/{notice}/?{link}",
        method="POST",
        form=True,
        status=302,
        to="/portal/n/{notice}/?{link}",
    )
    yield from _own_list_and_bell()
    yield from _test_message()
    yield row(
        "push/",
        "",
        method="POST",
        status=204,
        body={"endpoint": ENDPOINT, "keys": KEYS},
        others=guest,
    )
    yield row("sw.js", "addEventListener", public=True)
    yield from _sound()


def _sound() -> Iterator[Row]:
    def row(path: str, shows: str, url: str, **more: Any) -> Row:
        return Row(f"company /portal/{path}", "boris", shows, f"/portal/{url}", **more)

    listen = {"method": "POST", "body": {"mode": "live", "reason": "x"}, "status": 201}
    recordings = "recordings/<uuid:pk>/"
    heard = {"carla": 404, "anna": 404, "nobody": 401, "colleague's phone": 401}
    yield row(
        recordings + "listen",
        "{recording}",
        "recordings/{recording}/listen",
        **listen,
        others=heard | {"hanna": 201, "second": 201},
    )
    yield row(
        recordings + "peaks",
        "{peaks}",
        "recordings/{recording}/peaks",
        others=heard | {"hanna": 200, "second": 200},
    )
    marks, url = recordings + "marks", "recordings/{recording}/marks"
    yield row(marks, "{flag}", url, others=heard | {"hanna": 200, "second": 200})
    # Who listens marks: boris opened the session, and the mark is his.
    not_his = heard | {"hanna": 404, "second": 404}
    flag = CLIENT | {"session": "{session}", "at_ms": 200}
    yield row(
        recordings + "mark",
        '"id"',
        "recordings/{recording}/mark",
        method="POST",
        body=flag,
        status=201,
        own=False,
        others=not_his,
    )
    yield row(
        marks + "/<uuid:mark_id>/withdraw",
        "",
        url + "/{flag}/withdraw",
        method="POST",
        status=204,
        others=not_his,
    )


def _own_list_and_bell() -> Iterator[Row]:
    """The twins' alarm is still open; who reads of closed ones: supervisor/test_closed_list.py."""

    def row(path: str, shows: str, **more: Any) -> Row:
        others = {"nobody": 302, "anna's phone": 302}
        return Row(
            f"company /portal/{path}",
            "boris",
            shows,
            f"/portal/{path}",
            own=False,
            **more,
            others=others,
        )

    press: dict[str, Any] = {"method": "POST", "form": True}
    yield row("closed/", "")
    yield row("closed.csv", "")
    yield row("notices/", '"push"')
    yield row("notices/test/", "", status=202, **press)
    # Answered without a test: nothing is noted.
    yield row("notices/answer/", "", status=204, body={"stage": "missed"}, idempotent=True, **press)


def _test_message() -> Iterator[Row]:
    """The link is the credential."""
    path, link = "/portal/reach/<uuid:public_id>/", "/portal/reach/{check}/?{check_link}"
    press = {"method": "POST", "form": True}
    yield Row(f"company {path}", "nobody", "佐藤", link, own=False)
    yield Row(f"company {path}", "nobody", "", link, status=302, to=link, **press)
    yield Row(
        f"company {path}receipts/",
        "nobody",
        "",
        link.replace("/?", "/receipts/?"),
        body={"stage": "displayed"},
        status=204,
        by_link=True,
        **press,
    )


def sheets() -> Iterator[Row]:
    who, press = "{employee 020182_pk}", {"method": "POST", "form": True}
    no_hr = {"nobody": 302, "boris": 403, "carla": 403, "anna": 403, "anna's phone": 302}
    more: dict[str, Any]
    yield Row("company /portal/hr/readiness/", "hanna", "{site}", others=no_hr)
    yield Row("company /portal/hr/trail/", "hanna", "{mark}", others=no_hr)
    stop = "recovery/<uuid:public_id>/stop/"
    yield Row(
        f"company /portal/hr/{stop}",
        "hanna",
        "",
        "/portal/hr/recovery/{recovery}/stop/",
        status=302,
        to="/admin/",
        others=no_hr,
        **press,
    )
    for path, shows, more in (
        ("sheets/", "{site}", {}),
        ("sheets/print/", "{site}", press | {"body": {"employee": who}}),
        (
            "sheets/revoke/",
            "",
            press | {"body": {"employee": who}, "status": 302, "to": "/admin/people/employee/"},
        ),
    ):
        url = f"/portal/hr/{path}" + ("" if more else f"?employee={who}")
        yield Row(f"company /portal/hr/{path}", "hanna", shows, url, others=no_hr, **more)


def devices() -> Iterator[Row]:
    """Daisuke looks after those of the site where anna works."""
    others = {
        "nobody": 302,
        "hanna": 200,
        "boris": 403,
        "carla": 403,
        "anna": 403,
        "anna's phone": 302,
    }

    def row(path: str, shows: str, url: str = "", **more: Any) -> Row:
        return Row(
            f"company /portal/devices/{path}",
            "daisuke",
            shows,
            f"/portal/devices/{url or path}",
            **{"others": others} | more,
        )

    press = {"method": "POST", "form": True, "status": 302, "others": others | {"hanna": 302}}
    site = "sites/{place}/"
    yield row("", "{place}")
    yield row("sites/<uuid:public_id>/", "{phone}", site)
    yield row("<uuid:public_id>/revoke/", "髙橋", "{phone}/revoke/", own=False)
    yield row(
        "<uuid:public_id>/revoke/", "", "{phone}/revoke/", **press, to=f"/portal/devices/{site}"
    )
    yield row("sheets/void/", "{place}", "sheets/void/?site={place}")
    yield row("sheets/void/", "", body={"site": "{place}"}, **press, to=f"/portal/devices/{site}")


def shells() -> Iterator[Row]:
    yield Row("company /", "nobody", status=302, to="/portal/", public=True)
    yield Row("company /app/", "nobody", "data-", public=True)
    yield Row("company /app/manifest.webmanifest", "nobody", "icons", public=True)
    yield Row("company /app/sw.js", "nobody", "addEventListener", public=True)
    yield Row("company /api/schema/", "nobody", "openapi", public=True)
    yield Row("company /api/docs/", "nobody", "swagger", public=True)
    yield Row(
        "company /demo/sign-in/<str:token>/",
        "nobody",
        "",
        "/demo/sign-in/{demo}/",
        status=302,
        to="/portal/",
    )
    yield Row(
        "company /demo/phone/<str:token>/",
        "nobody",
        "",
        "/demo/phone/{demo_phone}/",
        status=302,
        or_status=200,
    )
