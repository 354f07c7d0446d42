"""The table: for each address who has the right to it, and what that person then sees.

An address without a row fails `test_every_address_has_a_row`. To add one: the route as the test
prints it, an address with {names} of a Side, who may, and a text that only that company's answer
can contain (or "" where the answer has no content). `others` are people of the same company.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

NEW = "7f3c2b9e-5d0a-4d1e-9a51-0c8f4be0a001"
CLIENT = {"client_id": NEW}
KEYS = {"p256dh": "B" * 87, "auth": "a" * 22}
ENDPOINT = "http://127.0.0.1:9/push/x"

OWN_PORTAL = {"carla": 404, "nobody": 302, "colleague's phone": 302}
# HR keeps the records and reads them; answering is for those who are called.
READS = OWN_PORTAL | {"hanna": 200, "anna": 200, "second": 200}
ACTS = OWN_PORTAL | {"hanna": 403}
OWN_API = {"nobody": 401, "colleague's phone": 404, "post's phone": 404, "boris": 401, "anna": 401}


@dataclass(frozen=True)
class Row:
    route: str
    who: str = "nobody"
    shows: str = ""
    url: str = ""
    method: str = ""
    body: Any = None
    form: bool = False
    status: int = 200
    or_status: int = 0
    """Right as well: depends on what else runs beside the test."""
    to: str = ""
    """Where a redirect that is the right answer leads."""
    public: bool = False
    """The same page for everybody, with nothing of any company in it."""
    own: bool = True
    """Whether what it shows is this company's alone."""
    idempotent: bool = False
    """Asked again it changes nothing."""
    desk_only: bool = False
    """What it changes is not a company's."""
    desk_wide: bool = False
    """It names what every console shows."""
    others: dict[str, int] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.route.split(" ")[0]

    @property
    def verb(self) -> str:
        named = self.route.split(" ")[1]
        return self.method or (named if named.isalpha() else "GET")

    @property
    def address(self) -> str:
        return self.url or self.route.rpartition(" ")[2]

    @property
    def names_something(self) -> bool:
        given = self.body.values() if isinstance(self.body, dict) else ()
        return any("{" in text for text in (self.address, *given) if isinstance(text, str))

    def __str__(self) -> str:
        return f"{self.kind} {self.verb} {self.address}"


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
        yield row(f"POST {one}/{call}", f"{incident}/{call}", shows, body=body, status=status,
                  others=OWN_API)  # fmt: skip
    yield row("GET /api/v1/device", "/api/v1/device", "{site}",
              others={"nobody": 401, "boris": 401, "revoked phone": 403})  # fmt: skip
    yield row("GET /api/v1/me/incidents", "/api/v1/me/incidents", "{incident}",
              others={"nobody": 401, "boris": 401, "revoked phone": 403})  # fmt: skip
    plays = "/api/v1/me/recordings/<uuid:recording_id>/plays"
    yield row("GET " + plays, "/api/v1/me/recordings/{recording}/plays", "{session}",
              others=OWN_API | {"revoked phone": 403})  # fmt: skip
    yield row("POST /api/v1/notices/<uuid:notice_id>/receipts", "/api/v1/notices/{told}/receipts",
              "", body={"stage": "displayed"}, status=202, others=OWN_API)  # fmt: skip
    yield row("POST /api/v1/incidents", "/api/v1/incidents", "{incident}", body={"tap_id": NEW},
              others={"nobody": 401, "boris": 401})  # fmt: skip
    yield row("POST /api/v1/incidents", "/api/v1/incidents", "{mark}", body={"tap_id": "{tap}"},
              idempotent=True)  # fmt: skip
    yield row("POST /api/v1/recordings", "/api/v1/recordings", "/ingest/", own=False, status=201,
              body=CLIENT | {"tap_id": NEW, "sample_rate": 48000, "frames_per_unit": 47},
              others={"nobody": 401, "boris": 401, "revoked phone": 403})  # fmt: skip
    yield row("POST /api/v1/device/test-notice", "/api/v1/device/test-notice", "", status=202,
              others={"nobody": 401, "revoked phone": 403})  # fmt: skip
    yield row("PUT /api/v1/device/push", "/api/v1/device/push", "", status=204,
              body={"token": "t"}, others={"nobody": 401, "revoked phone": 403})  # fmt: skip
    yield row("PUT /api/v1/device/web-push", "/api/v1/device/web-push", "", status=204,
              body={"endpoint": ENDPOINT, "keys": KEYS},
              others={"nobody": 401, "revoked phone": 403})  # fmt: skip
    yield Row("company /api/v1/[\\s\\S]*", "nobody", "not-found", "/api/v1/nothing",
              status=404, own=False, public=True)  # fmt: skip
    yield Row("company POST /api/v1/devices/enroll", "nobody", '"token":"sb1.',
              body={"code": "{code}", "kind": "watch"}, status=201, own=False)  # fmt: skip


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
        ("acknowledge", {}), ("head-out", {}), ("ask-on-site", {}), ("support", {}),
        ("message", CLIENT | {"text": "x"}), ("close", {"outcome": "resolved"}),
    ):  # fmt: skip
        yield row(f"{one}{name}/", "", f"{url}{name}/", body=body, others=ACTS, **back)
    yield row(f"{one}note/", "", f"{url}note/", body={"text": "x"}, **back,
              others=OWN_PORTAL | {"hanna": 302})  # fmt: skip
    yield row("watching/", "", "watching/", own=False, others=guest)
    yield Row("company /portal/watching/", "watcher", "佐藤", "/portal/watching/", own=False)
    yield Row("company /portal/watching/poll", "watcher", '"ringing": true', own=False,
              others={"nobody": 401, "boris": 401})  # fmt: skip
    yield Row("company /portal/n/<uuid:public_id>/", "nobody", "佐藤",
              "/portal/n/{notice}/?{link}", own=False)  # fmt: skip
    yield Row("company /portal/n/<uuid:public_id>/", "nobody", "", "/portal/n/{notice}/?{link}",
              method="POST", form=True, status=302, to="/portal/n/{notice}/?{link}")  # fmt: skip
    yield row("push/", "", method="POST", status=204, body={"endpoint": ENDPOINT, "keys": KEYS},
              others=guest)  # fmt: skip
    yield row("sw.js", "addEventListener", public=True)
    listen = {"method": "POST", "body": {"mode": "live", "reason": "x"}, "status": 201}
    recordings = "recordings/<uuid:pk>/"
    heard = {"carla": 404, "anna": 404, "nobody": 401, "colleague's phone": 401}
    yield row(recordings + "listen", "{recording}", "recordings/{recording}/listen", **listen,
              others=heard | {"hanna": 201, "second": 201})  # fmt: skip
    yield row(recordings + "peaks", "{peaks}", "recordings/{recording}/peaks",
              others=heard | {"hanna": 200, "second": 200})  # fmt: skip


def administration() -> Iterator[Row]:
    def row(path: str, shows: str, url: str = "", **more: Any) -> Row:
        guests = {"nobody": 302, "boris": 302, "anna's phone": 302} | more.pop("others", {})
        route = f"company /admin/{path}"
        return Row(route, "hanna", shows, f"/admin/{url or path}", others=guests, **more)

    yield row("", "hanna", own=False)
    yield row("^(?P<app_label>notifications|recordings)/$", "notice", "notifications/", own=False)
    for room, model, pk, shows in (
        ("notifications", "notice", "told", "{mark}"),
        ("recordings", "recording", "recording", "{recording}"),
        ("recordings", "playsession", "session", "{mark}"),
    ):
        base, key = f"{room}/{model}/", "{" + pk + "_pk}/"
        yield row(base, "{mark}")
        yield row(
            base + "<path:object_id>/", "", base + key, status=302, to=f"/admin/{base}{key}change/"
        )
        yield row(base + "<path:object_id>/change/", shows, f"{base}{key}change/")
        yield row(base + "<path:object_id>/history/", "", f"{base}{key}history/", own=False)
        # What was told, recorded or played is evidence: nobody adds or deletes it here.
        yield row(base + "<path:object_id>/delete/", "", f"{base}{key}delete/", status=403)
        yield row(base + "add/", "", status=403)
    yield row("autocomplete/", "", status=403)
    yield row("search/", "", "search/?s=notice", own=False)
    yield row("jsi18n/", "gettext", own=False)
    yield row("r/<path:content_type_id>/<path:object_id>/", "", "r/1/1/", status=404)
    yield row("(?P<url>.*)$", "", "nothing/", status=404)
    yield row("password_change/", "old_password", own=False)
    yield row("password_change/done/", "", own=False)
    yield Row("company /admin/login/", "nobody", "password", own=False, public=True)
    yield row("logout/", "", method="POST", form=True, own=False, public=True)


def shells() -> Iterator[Row]:
    yield Row("company /", "nobody", status=302, to="/portal/", public=True)
    yield Row("company /app/", "nobody", "data-", public=True)
    yield Row("company /app/manifest.webmanifest", "nobody", "icons", public=True)
    yield Row("company /app/sw.js", "nobody", "addEventListener", public=True)
    yield Row("company /api/schema/", "nobody", "openapi", public=True)
    yield Row("company /api/docs/", "nobody", "swagger", public=True)
    yield Row("company /demo/sign-in/<str:token>/", "nobody", "", "/demo/sign-in/{demo}/",
              status=302, to="/portal/")  # fmt: skip


def console() -> Iterator[Row]:
    """Olga holds globex's case, otto acme's: neither has anything of the other's."""

    def row(path: str, shows: str = "", url: str = "", **more: Any) -> Row:
        others = {"nobody": 302} | more.pop("others", {})
        return Row(f"ops /console/{path}", "olga", shows, f"/console/{url or path}",
                   others=others, **more)  # fmt: skip

    yield row("", "{site}", own=False)
    yield row("queue/", "{site}", own=False)
    yield row("poll", '"events"', own=False)
    yield row("alive", method="POST", status=204, idempotent=True)
    one, url, not_mine = "cases/<uuid:case_id>/", "cases/{case}/", {"otto": 404}
    yield row(one, "{mark}", url, others=not_mine)
    yield row(one + "parts/", "{mark}", url + "parts/", others=not_mine)
    yield row(one + "positions", "{longitude}", url + "positions", others=not_mine)
    post = {"method": "POST", "form": True}
    yield row(one + "read-aloud/", "{site}", url + "read-aloud/", others=not_mine, own=False,
              idempotent=True, body={"weapon": "x"}, **post)  # fmt: skip
    yield row(one + "recordings/<uuid:recording_id>/listen", "/play/",
              url + "recordings/{recording}/listen", method="POST", body={"mode": "live"},
              status=201, own=False, others=not_mine)  # fmt: skip
    back = post | {"status": 302, "to": "/console/cases/{case}/"}
    for name, body in (
        ("message", CLIENT | {"text": "x"}), ("note", {"text": "x"}), ("phoned", {"whom": "x"}),
        ("emergency", {"service": "police", "number_called": "110"}),
    ):  # fmt: skip
        yield row(f"{one}{name}/", "", f"{url}{name}/", body=body, others=not_mine, **back)
    # These change rows of the desk's own, which no company's footprint holds.
    for name, body in (
        ("step", {"step": "1"}), ("send", {"responder": NEW}), ("hand-over", {"to": NEW}),
        ("close", {"result": "calmed"}),
    ):  # fmt: skip
        yield row(f"{one}{name}/", "", f"{url}{name}/", body=body, others=not_mine,
                  desk_only=True, **back)  # fmt: skip
    dispatch = "dispatches/<uuid:dispatch_id>/"
    for name, body in (("advance", {"to": "accept"}), ("call-back", {})):
        yield row(f"{one}{dispatch}{name}/", "", f"{url}dispatches/{{dispatch}}/{name}/", body=body,
                  others=not_mine, desk_only=True, **back)  # fmt: skip
    yield row(one + "give-back/", "", url + "give-back/", others=not_mine, desk_only=True,
              **post, status=302, to="/console/")  # fmt: skip
    # Every console shows which cases there are: their names are no secret at the desk.
    desk_wide = post | {"status": 302, "to": "/console/", "desk_only": True, "desk_wide": True}
    yield row(one + "claim/", "", url + "claim/", others={"otto": 302}, **desk_wide)
    yield row(one + "break-glass/", "", url + "break-glass/", body={"reason": "review"},
              others={"otto": 302}, **desk_wide)  # fmt: skip
    yield row("handovers/<uuid:handover_id>/take-over/", "", "handovers/{offer}/take-over/",
              **desk_wide)  # fmt: skip
    for name in ("approve", "end"):
        yield row(f"break-glass/<uuid:grant_id>/{name}/", "", f"break-glass/{{glass}}/{name}/",
                  **desk_wide)  # fmt: skip


def desks() -> Iterator[Row]:
    guests = {"nobody": 302}
    yield Row("ops /", "nobody", status=302, to="/console/", public=True)
    yield from console()
    yield Row("platform /", "nobody", status=302, to="/admin/", public=True)
    yield Row("platform /health/", "nobody", '"status"', or_status=503, own=False, public=True)
    for path, status, shows in (
        ("", 200, "platform"), ("autocomplete/", 403, ""), ("search/", 200, ""),
        ("password_change/", 200, "old_password"), ("password_change/done/", 200, ""),
    ):  # fmt: skip
        yield Row(
            f"platform /admin/{path}", "platform", shows, status=status, own=False, others=guests
        )
    yield Row("platform /admin/r/<path:content_type_id>/<path:object_id>/", "platform", "",
              "/admin/r/1/1/", status=404, others=guests)  # fmt: skip
    yield Row("platform /admin/(?P<url>.*)$", "platform", "", "/admin/nothing/", status=404,
              others=guests)  # fmt: skip
    yield Row("platform /admin/jsi18n/", "platform", "gettext", own=False)
    yield Row("platform /admin/login/", "nobody", "password", own=False, public=True)
    yield Row("platform /admin/logout/", "platform", "", method="POST", form=True,
              own=False, public=True)  # fmt: skip


def accounts() -> Iterator[Row]:
    for kind, who in (("company", "boris"), ("ops", "olga"), ("platform", "platform")):
        yield from _accounts(kind, who)
        yield from _open_accounts(kind)
    for kind in ("ops", "platform"):
        yield Row(f"{kind} /demo/sign-in/<str:token>/", "nobody", "", "/demo/sign-in/x:y:z/",
                  status=404)  # fmt: skip


def _accounts(kind: str, who: str) -> Iterator[Row]:
    def own(path: str, shows: str = "", **more: Any) -> Row:
        more = {"own": False, "others": {"nobody": 302}} | more
        shows = shows.replace("{who}", who)
        return Row(f"{kind} /accounts/{path}", who, shows, f"/accounts/{path}", **more)

    again = {"status": 302, "to": "/accounts/reauthenticate/"}
    yield own("2fa/", "2fa/totp/activate")
    yield own("2fa/totp/activate/", **again)
    yield own("2fa/recovery-codes/generate/", **again)
    yield own("2fa/reauthenticate/", **again)
    # Nobody here has a second factor yet, so there is nothing to take away, show or download.
    yield own("2fa/totp/deactivate/", status=404)
    yield own("2fa/recovery-codes/", status=404)
    yield own("2fa/recovery-codes/download/", status=404)
    yield own("reauthenticate/", 'name="password"')
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
        key = "/accounts/password/reset/key/{reset}/"
        yield Row(f"{kind} /accounts/{reset}", "nobody", "", key, status=302,
                  to="/accounts/password/reset/key/")  # fmt: skip


ROWS = [*device_api(), *portal(), *administration(), *shells(), *desks(), *accounts()]
