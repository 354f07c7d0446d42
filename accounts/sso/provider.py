"""The company's identity provider as django-allauth sees it (found by accounts/provider.py).

django-allauth keeps state, PKCE and the exchange of the code. It would believe an unsigned token
and whatever the provider says of itself: here every token is verified, and made for this sign-in.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import SingleSignOn
from accounts.sso import discovery
from tenants.links import absolute

NAME = "sso"
"""Of the one provider that a company has, in its schema's rows."""
SCOPE = ["openid", "email"]
LONGEST_UID = 191
ASKED_FOR = ("email", "email_verified")


def app_of(row: SingleSignOn) -> SocialApp:
    """The SocialApp in memory, never stored: it holds the secret in plain text."""
    return SocialApp(
        provider=CompanyProvider.id,
        provider_id=NAME,
        name=str(row),
        client_id=row.client_id,
        secret=row.secret,
        settings={"server_url": row.issuer, "oauth_pkce_enabled": True, "scope": SCOPE},
    )


@contextlib.contextmanager
def judged() -> Iterator[None]:
    """Turn every fault in the provider's answer into a refused sign-in, not an error of ours."""
    try:
        yield
    except (
        jwt.PyJWTError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise OAuth2Error(f"unusable answer: {error}") from error


class Exchange(OpenIDConnectOAuth2Adapter):
    """One sign-in's conversation with the provider."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            issuer = self.get_provider().app.settings["server_url"]
            self._openid_config = discovery.described_by(issuer)
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return callback_url()

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        with judged():
            data: dict[str, Any] = super().get_access_token_data(*args, **kwargs)
        return data

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """A token that is used once and forgotten: nothing of it is stored."""
        with judged():
            return SocialToken(token=str(data["access_token"]))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        with judged():
            claims = discovery.claims_of(
                kwargs["response"]["id_token"],
                described=self.openid_config,
                client_id=app.client_id,
                nonce=self.nonce,
            )
            if not claims.keys() >= set(ASKED_FOR):
                claims |= self._asked(claims["sub"], token.token)
            return self.get_provider().sociallogin_from_response(request, claims)

    def _asked(self, sub: str, access_token: str) -> dict[str, Any]:
        """Claims the token left out, from the userinfo endpoint, about the same person."""
        if "userinfo_endpoint" not in self.openid_config:
            return {}
        claims = self._fetch_user_info(access_token)
        if claims["sub"] != sub:
            raise OAuth2Error("userinfo is about somebody else")
        return {name: claims.get(name) for name in ASKED_FOR}


class CompanyProvider(OpenIDConnectProvider):
    oauth2_adapter_class = Exchange

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("sso")

    def get_callback_url(self) -> str:
        return reverse("sso_callback")

    def extract_uid(self, data: dict[str, Any]) -> str:
        uid: str = data["sub"]
        if not (uid.isascii() and uid.isprintable() and len(uid) <= LONGEST_UID):
            raise ValueError("sub")
        return uid

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: the company itself says who somebody is, not the provider's name or picture."""
        return {"email": data.get("email")}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Only verified addresses; "true" in quotes is not true."""
        if data.get("email_verified") is not True:
            return []
        return [EmailAddress(email=data["email"], verified=True, primary=True)]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}


def callback_url() -> str:
    return absolute(reverse("sso_callback"))


provider_classes = [CompanyProvider]
