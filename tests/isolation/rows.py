"""The table: for each address who has the right to it, and what that person then sees.

An address without a row fails `test_every_address_has_a_row`. To add one: the route as the test
prints it, an address with {names} of a Side, who may, and a text that only that company's answer
can contain (or "" where the answer has no content). `others` are people of the same company.
"""

from collections.abc import Iterator
from typing import Any

from tests.isolation.admin_rows import SIGN_IN, company_admin, platform_admin
from tests.isolation.condition_rows import conditions
from tests.isolation.console_rows import CLIENT, NEW, console
from tests.isolation.row import Row

__all__ = ["ROWS", "Row"]

EXTENSION = "urn:ietf:params:scim:schemas:extension:"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
KEYS = {"p256dh": "B" * 87, "auth": "a" * 22}
ENDPOINT = "http://127.0.0.1:9/push/x"

OWN_PORTAL = {"carla": 404, "nobody": 302, "colleague's phone": 302}
# HR keeps the records and reads them; answering is for those who are called.
READS = OWN_PORTAL | {"hanna": 200, "anna": 200, "second": 200}
ACTS = OWN_PORTAL | {"hanna": 403}
OWN_API = {"nobody": 401, "colleague's phone": 404, "post's phone": 404, "boris": 401, "anna": 401}


def device_api() -> Iterator[Row]:
    phone, incident = "anna's phone", "/api/v1/incidents/{incident}"

    def row(route: str, url: str, shows: str, **more: Any) -> Row:
        return Row(f"company {route}", phone, shows, url, **more)

    one = "/api/v1/incidents/<uuid:incident_id>"
    yield row("GET " + one, incident, "{mark}", others=OWN_API | {"revoked phone": 404})
    for call, body, status, shows in (
        ("raise", {"level": "support"}, 200, "{incident}"),
        ("answer", {"answer": "still_going"}, 200, "{incident}"),
        ("messages", CLIENT | {"text": "x"}, 201, "{mark}"),
        ("close", {"outcome": "safe"}, 200, "{incident}"),
        ("locations", {"fixes": [{"latitude": 35, "longitude": 139}]}, 202, ""),
    ):
        yield row(
            f"POST {one}/{call}",
            f"{incident}/{call}",
            shows,
            body=body,
            status=status,
            others=OWN_API,
        )
    yield row(
        "GET /api/v1/device",
        "/api/v1/device",
        "{site}",
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    yield row(
        "GET /api/v1/me/incidents",
        "/api/v1/me/incidents",
        "{incident}",
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    plays = "/api/v1/me/recordings/<uuid:recording_id>/plays"
    yield row(
        "GET " + plays,
        "/api/v1/me/recordings/{recording}/plays",
        "{session}",
        others=OWN_API | {"revoked phone": 403},
    )
    yield row(
        "POST /api/v1/notices/<uuid:notice_id>/receipts",
        "/api/v1/notices/{told}/receipts",
        "",
        body={"stage": "displayed"},
        status=202,
        others=OWN_API,
    )
    # A press while her alarm is open joins it; after it was closed it opens another.
    yield row(
        "POST /api/v1/incidents",
        "/api/v1/incidents",
        "{incident}",
        body={"tap_id": NEW},
        or_status=201,
        others={"nobody": 401, "boris": 401},
    )
    yield row(
        "POST /api/v1/incidents",
        "/api/v1/incidents",
        "{mark}",
        body={"tap_id": "{tap}"},
        idempotent=True,
    )
    yield row(
        "POST /api/v1/recordings",
        "/api/v1/recordings",
        "/ingest/",
        own=False,
        status=201,
        body=CLIENT | {"tap_id": NEW, "sample_rate": 48000, "frames_per_unit": 47},
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    yield row(
        "POST /api/v1/device/test-notice",
        "/api/v1/device/test-notice",
        "",
        status=202,
        others={"nobody": 401, "revoked phone": 403},
    )
    yield row(
        "PUT /api/v1/device/push",
        "/api/v1/device/push",
        "",
        status=204,
        body={"token": "t"},
        others={"nobody": 401, "revoked phone": 403},
    )
    yield row(
        "PUT /api/v1/device/web-push",
        "/api/v1/device/web-push",
        "",
        status=204,
        body={"endpoint": ENDPOINT, "keys": KEYS},
        others={"nobody": 401, "revoked phone": 403},
    )
    yield row(
        "POST /api/v1/device/tap-token",
        "/api/v1/device/tap-token",
        '"tap_token":"tap1.',
        own=False,
        body={"name": "x"},
        status=201,
        others={"nobody": 401, "boris": 401, "revoked phone": 403},
    )
    yield row(
        "DELETE /api/v1/device/tap-token/<uuid:device_id>",
        "/api/v1/device/tap-token/{button}",
        "",
        status=204,
        others=OWN_API | {"revoked phone": 403},
    )
    # The address is the credential.
    yield Row(
        "company POST /api/v1/tap/<str:tap_token>",
        "nobody",
        "{incident}",
        "/api/v1/tap/{tap_token}",
    )
    yield Row(
        "company /api/v1/[\\s\\S]*",
        "nobody",
        "not-found",
        "/api/v1/nothing",
        status=404,
        own=False,
        public=True,
    )
    yield Row(
        "company POST /api/v1/devices/enroll",
        "nobody",
        '"token":"sb1.',
        body={"code": "{code}", "kind": "watch"},
        status=201,
        own=False,
    )


def provider_api() -> Iterator[Row]:
    """The identity provider's; for everybody else there is nothing to be seen."""
    others = dict.fromkeys(("nobody", "hanna", "boris", "anna's phone"), 401)

    def row(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
        return Row(
            f"company /scim/v2/{path}",
            "provider",
            shows,
            f"/scim/v2/{url or path}",
            others=others,
            **more,
        )

    urn = "urn:ietf:params:scim:schemas:core:2.0:User"
    yield row("ServiceProviderConfig", "oauthbearertoken", own=False)
    yield row("ResourceTypes", '"/Users"', own=False)
    yield row("ResourceTypes/<str:name>", '"/Users"', "ResourceTypes/User", own=False)
    yield row("Schemas", urn, own=False)
    yield row("Schemas/<str:urn>", urn, f"Schemas/{urn}", own=False)
    yield row("Users", "{mark}")
    body = {
        "schemas": [urn],
        "userName": NEW,
        "name": {"familyName": "新", "givenName": "人"},
        f"{EXTENSION}enterprise:2.0:User": {"employeeNumber": "990001", "department": "10"},
        f"{EXTENSION}sobani:2.0:User": {"familyNameKana": "シン", "givenNameKana": "ジン"},
    }
    yield row("Users", NEW, body=body, method="POST", status=201, own=False)
    one, url = "Users/<str:user_id>", "Users/{provisioned}"
    yield row(one, "{mark}", url)
    yield row(one, NEW, url, body=body, method="PUT", own=False)
    change = {"schemas": [PATCH], "Operations": [{"op": "Replace", "value": {"active": "False"}}]}
    yield row(one, "", url, body=change, method="PATCH", status=204)
    yield row(one, "", url, method="DELETE", status=204)
    yield row("[\\s\\S]*", "", "nothing", status=404, own=False)


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
        ("message", CLIENT | {"text": "x"}),
        ("close", {"outcome": "resolved", "presses": 0}),
    ):
        yield row(f"{one}{name}/", "", f"{url}{name}/", body=body, others=ACTS, **back)
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


def desks() -> Iterator[Row]:
    guests = {"nobody": 302}
    yield Row("ops /", "nobody", status=302, to="/console/", public=True)
    yield from console()
    yield from _book_keeping()
    yield from _drills()
    yield from _field()
    yield Row("platform /", "nobody", status=302, to="/admin/", public=True)
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


def accounts() -> Iterator[Row]:
    for kind, who in (("company", "boris"), ("ops", "olga"), ("platform", "platform")):
        yield from _accounts(kind, who)
        yield from _open_accounts(kind)
    # Companies' invitations are worth nothing there: tests/accounts/test_invitations.py.
    yield Row(
        "platform /accounts/invitation/<str:token>/",
        "nobody",
        "",
        "/accounts/invitation/x/",
        status=404,
    )
    for kind in ("ops", "platform"):
        yield Row(
            f"{kind} /demo/sign-in/<str:token>/", "nobody", "", "/demo/sign-in/x:y:z/", status=404
        )


def _accounts(kind: str, who: str) -> Iterator[Row]:
    def own(path: str, shows: str = "", **more: Any) -> Row:
        more = {"own": False, "others": {"nobody": 302}} | more
        shows = shows.replace("{who}", who)
        url = more.pop("url", f"/accounts/{path}")
        return Row(f"{kind} /accounts/{path}", who, shows, url, **more)

    again = {"status": 302, "to": "/accounts/reauthenticate/"}
    yield own("2fa/", "2fa/totp/activate")
    yield own("2fa/totp/activate/", **again)
    yield own("2fa/recovery-codes/generate/", **again)
    yield own("2fa/reauthenticate/", **again)
    key = "2fa/webauthn/keys/<int:pk>/"
    yield own("2fa/webauthn/", "<h1")
    yield own("2fa/webauthn/add/", **again)
    yield own("2fa/webauthn/reauthenticate/", **again)
    yield own(key + "remove/", url="/accounts/2fa/webauthn/keys/0/remove/", **again)
    yield own(key + "edit/", url="/accounts/2fa/webauthn/keys/0/edit/", **again)
    # Nobody here has a second factor yet, so there is nothing to take away, show or download.
    yield own("2fa/totp/deactivate/", status=404)
    yield own("2fa/recovery-codes/", status=404)
    yield own("2fa/recovery-codes/download/", status=404)
    yield own("reauthenticate/", 'name="password"')
    yield own("sessions/", "<h1")
    yield own("email/", "{who}@")
    yield own("password/change/", 'name="oldpassword"')
    yield own("password/set/", status=302, to="/accounts/password/change/")
    yield own("logout/", "<form", public=True, others={})


def _open_accounts(kind: str) -> Iterator[Row]:
    def page(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
        route, url = f"{kind} /accounts/{path}", f"/accounts/{url or path}"
        return Row(route, "nobody", shows, url, public=True, own=False, **more)

    yield page("2fa/authenticate/", status=302, to="/accounts/login/")
    yield page("login/", 'name="password"')
    yield page("2fa/webauthn/login/", status=302, to="/accounts/login/")
    yield page("login/code/confirm/", status=302, to="/accounts/login/")
    yield page("signup/", "<h1")
    yield page("inactive/", "<h1")
    yield page("confirm-email/", "<h1")
    yield page("password/reset/", 'name="email"')
    yield page("password/reset/done/", "<h1")
    yield page("password/reset/key/done/", "<h1")
    yield page(r"^confirm-email/(?P<key>[-:\w]+)/$", "<h1", "confirm-email/abc/")
    reset = "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
    yield page(reset, "<h1", "password/reset/key/1-abc/")
    if kind == "company":
        # Whoever begins at a provider's: tests/accounts/test_single_sign_on.py.
        yield page("sso/", "<form")
        yield page("sso/", "<h1", method="POST", form=True, status=401, idempotent=True)
        yield page("sso/callback/", "<h1", "sso/callback/?code=x&state=y", status=401)
        # The mail to the company's named contact: its address is the credential.
        link = "/recovery/{recovery_token}/"
        yield Row("company /recovery/<str:token>/", "nobody", "{mark}", link)
        yield Row(
            "company /recovery/<str:token>/",
            "nobody",
            "止めました",
            link,
            method="POST",
            form=True,
            own=False,
        )
        yield Row(
            "company /accounts/invitation/<str:token>/",
            "nobody",
            "佐藤",
            "/accounts/invitation/{invitation}/",
            own=False,
        )
        key = "/accounts/password/reset/key/{reset}/"
        yield Row(
            f"{kind} /accounts/{reset}",
            "nobody",
            "",
            key,
            status=302,
            to="/accounts/password/reset/key/",
        )


ROWS = [
    *device_api(),
    *provider_api(),
    *portal(),
    *sheets(),
    *devices(),
    *conditions(),
    *company_admin(),
    *shells(),
    *desks(),
    *accounts(),
]
