"""The desk's addresses, its responders' and the platform's."""

from collections.abc import Iterator
from typing import Any

from tests.isolation.admin_rows import SIGN_IN, platform_admin
from tests.isolation.console_rows import CLIENT, NEW, console
from tests.isolation.row import Row


def desks() -> Iterator[Row]:
    guests = {"nobody": 302}
    yield Row("ops /", "nobody", status=302, to="/console/", public=True)
    yield from console()
    yield from _book_keeping()
    yield from _drills()
    yield from _field()
    yield from _demo()
    yield Row("platform /health/", "nobody", '"status"', or_status=503, own=False, public=True)
    yield from platform_admin()
    for path, status, shows in (
        ("", 200, "platform"),
        ("autocomplete/", 403, ""),
        ("search/", 200, ""),
        ("password_change/done/", 200, ""),
    ):
        yield Row(
            f"platform /admin/{path}", "platform", shows, status=status, own=False, others=guests
        )
    yield Row(
        "platform /admin/(?P<url>.*)$", "platform", "", "/admin/nothing/", status=404, others=guests
    )
    yield Row("platform /admin/jsi18n/", "platform", "gettext", own=False)
    yield Row(
        "platform /admin/password_change/",
        "platform",
        status=302,
        to="/accounts/password/change/",
        own=False,
        others=guests,
    )
    yield Row("platform /admin/login/", "nobody", status=302, to=SIGN_IN, own=False, public=True)
    yield Row(
        "platform /admin/logout/",
        "platform",
        "",
        method="POST",
        form=True,
        status=302,
        to="/accounts/login/",
        own=False,
        public=True,
    )


def _demo() -> Iterator[Row]:
    """At the machine itself; tests/demo asks from elsewhere."""
    yield Row("platform /", "nobody", "demo-cards", own=False, public=True)
    yield Row("platform /demo/mail/", "nobody", "demo-mails", own=False, public=True)
    path = "/demo/mail/nothing/"
    yield Row("platform /demo/mail/<str:key>/", "nobody", "", path, status=404)


def _drills() -> Iterator[Row]:
    guest = {"nobody": 302, "anna's phone": 302, "anna": 403}
    path = "/portal/joint-drills/"
    yield Row(f"company {path}", "boris", "<form", own=False, others=guest)
    yield Row(
        f"company {path}<uuid:drill_id>/cancel/",
        "boris",
        "",
        f"{path}{NEW}/cancel/",
        method="POST",
        form=True,
        status=404,
        own=False,
        idempotent=True,
        others=guest,
    )


def _book_keeping() -> Iterator[Row]:
    """Public rows and the desk's own people: nothing of anybody who asked for help."""

    def row(path: str, shows: str = "", url: str = "", who: str = "olga", **more: Any) -> Row:
        others = {"nobody": 302, "rosa": 403} | ({"olga": 403} if who == "lena" else {})
        more = {"own": False, "others": others} | more
        return Row(f"ops /desk/{path}", who, shows, f"/desk/{url or path}", **more)

    done = {"method": "POST", "form": True, "status": 302, "to": "/desk/", "idempotent": True}
    yield row("", "<form")
    yield row("log/", "<h1")
    yield row("start/", body={"console": "x"}, **done)
    yield row("end/", **done)
    yield row("handovers/", body={"case": NEW, "to": NEW, "note": "x"}, **done)
    yield row("handovers/<uuid:handover_id>/cancel/", "", f"handovers/{NEW}/cancel/", **done)
    yield row("figures/", "BS 8484")
    yield row("figures.csv", "P98.5")
    yield row("dispatches/", "<h1")
    yield row("dispatches.csv", ",")
    yield row("closed/", "<h1")
    yield row("wall/", "<h1")
    yield row("drills/", "<h1")
    for press in ("agree", "decline"):
        yield row(
            f"drills/<uuid:drill_id>/{press}/",
            "",
            f"drills/{NEW}/{press}/",
            who="lena",
            **done | {"to": "/desk/drills/"},
        )
    yield row("break-glass/", "<h1", who="lena")
    yield row("setup/", "<h1", who="lena")
    yield row("setup/<slug:kind>/add/", "<form", "setup/bases/add/", who="lena")
    yield row("setup/<slug:kind>/<int:pk>/", "", "setup/bases/0/", who="lena", status=404)


def _field() -> Iterator[Row]:
    """Rosa drives M-14, which olga has sent; what she may do next is in tests/responder."""

    def row(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
        more = {"own": False, "others": {"nobody": 302, "olga": 403}} | more
        return Row(f"ops /field/{path}", "rosa", shows, f"/field/{url or path}", **more)

    yield row("", "M-14")
    yield row("part/", "data-shown")
    yield row("now", '"shown"')
    place = {"latitude": 1, "longitude": 1, "recorded_at": "2026-01-01T00:00:00Z"}
    yield row(
        "position",
        "",
        method="POST",
        form=True,
        body=place,
        status=302,
        to="/field/",
        idempotent=True,
    )
    for step, body in (
        ("accept", {}),
        ("decline", {}),
        ("depart", {}),
        ("arrive", {}),
        ("not-arrived", {}),
        ("leave", {"result": "calmed"}),
    ):
        yield row(
            f"dispatches/<uuid:dispatch_id>/{step}/",
            "",
            f"dispatches/{{dispatch}}/{step}/",
            method="POST",
            form=True,
            body=body,
            status=302,
            to="/field/",
            desk_only=True,
        )
    # Words are for a case that she has accepted.
    yield row(
        "dispatches/<uuid:dispatch_id>/message/",
        "",
        f"dispatches/{NEW}/message/",
        method="POST",
        form=True,
        body=CLIENT | {"text": "x"},
        status=404,
        idempotent=True,
    )
