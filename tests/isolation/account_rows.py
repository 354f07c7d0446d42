"""Signing in and one's own account, on each kind of host."""

from collections.abc import Iterator
from typing import Any

from tests.isolation.row import Row


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
    yield own("me/", 'name="appearance"')
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
