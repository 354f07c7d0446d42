"""How django-allauth behaves here: nobody signs up, people are added by their company; the secrets
of second factors are stored encrypted; whom an identity provider names must be known already."""

import base64
from typing import Any, ClassVar

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.forgotten import schedule_new_password
from accounts.models import SingleSignOn, User
from accounts.preferences import tell_browser
from accounts.refused_sign_ins import Method, Reason, find_user, note_refusal, reason_for
from accounts.second_factor import SHOWN, has_one, just_gave_password
from accounts.sso.policy import NotAdmitted, admit
from accounts.sso.provider import app_of
from accounts.sso.refusal import refused
from web import outbound

WRONG = _(
    "The sign-in name and the password do not fit together. Look at capital letters and at"
    " Japanese input, and try once more. Forgotten? You can choose a new password below."
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        **dict.fromkeys(["username_password_mismatch", "email_password_mismatch"], WRONG),
        "incorrect_password": _("This password is not right. Please type it once more."),
        "too_many_login_attempts": _(
            "That was tried too often. Please wait five minutes, or choose a new password."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_refusal(request, Reason.TOO_MANY, method=Method.PASSWORD, user=_whose(credentials))
            raise

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not right after the password, while somebody sets the second factor up: that is part of
        signing in, up to the recovery codes. Who had one before shows it, however fresh the
        password is."""
        request = context.request
        sets_up = not has_one(request.user) or SHOWN in request.session
        if sets_up and just_gave_password(request):
            return False
        required: bool = super().is_reauthentication_required(app=app, **more)
        return required

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **more)
        return tell_browser(answer, user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        user = _whose(credentials)
        note_refusal(request, reason_for(user), method=Method.PASSWORD, user=user)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Confirm a password. If it is hashed anew on this occasion, because hashes have become
        stronger, its owner stays signed in."""
        hashed = user.password
        confirmed: bool = super().reauthenticate(user, password)
        user.refresh_from_db(fields=["password"])
        if confirmed and user.password != hashed:
            update_session_auth_hash(context.request, user)
        return confirmed

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        note_refusal(request, Reason.SWITCHED_OFF, user=user)
        answer: HttpResponse = super().respond_user_inactive(request, user)
        return answer

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Schedule it to the address on record, whatever was typed."""
        schedule_new_password(user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: it would be sent while somebody waits for the page. Mails are jobs."""
        raise NotImplementedError(template_prefix)


def _whose(credentials: dict[str, Any]) -> User | None:
    typed = {name: str(credentials.get(name) or "") for name in ("username", "email")}
    return find_user(**typed)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right or was used before. Wait for the next one and enter that."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> requests.Session:
        return outbound.session()

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        row = SingleSignOn.in_use()
        return [app_of(row)] if row else []

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        try:
            admit(sociallogin)
        except NotAdmitted as error:
            page = refused(request, error.why, status=403, user=error.user)
            raise ImmediateHttpResponse(page) from error

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, *, error: str = "", **_more: Any
    ) -> None:
        why = "cancelled" if error == AuthError.CANCELLED else "failed"
        raise ImmediateHttpResponse(refused(request, why))


def _box() -> Fernet:
    kdf = HKDF(SHA256(), length=32, salt=None, info=b"sobani second factor")
    return Fernet(base64.urlsafe_b64encode(kdf.derive(settings.MASTER_KEY)))
