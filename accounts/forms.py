"""django-allauth's forms where ours know more."""

import struct
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.refused_sign_ins import Method, Reason, note_refusal
from tenants.context import current_company


class SignInForm(LoginForm):
    """The sign-in's fields in our own words. At the desk and on the platform everybody has a second
    factor, so the page can say that it comes; at a company it depends on who signs in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_for_two = current_company().kind != "company"
        name, password = self.fields["login"], self.fields["password"]
        name.label = _("Sign-in name (employee number or e-mail)")
        name.widget.attrs = {"autocomplete": "username webauthn", "autocapitalize": "none"}
        password.widget.attrs.pop("placeholder", None)
        self.fields["remember"].label = _("Stay signed in when the browser is closed (12 hours)")


class SetUpForm(ActivateTOTPForm):
    """Set-up form of the app; its valid code counts as the session's second factor."""

    @property
    def finishes_sign_in(self) -> bool:
        return bool(second_factor.COMPULSORY & set(self.user.roles))

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if "code" in clean:
            second_factor.vouch(context.request.session, "totp")
        return clean


class AddPasskeyForm(AddWebAuthnForm):
    """Form for a new passkey; creating it counts as the session's second factor."""

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("credential") and not self.errors:
            second_factor.vouch(context.request.session, "webauthn")
        return clean


class NotesRefusal(forms.Form):
    """Form mixin that notes a wrong second factor, but no empty field."""

    method = Method.CODE
    reason = Reason.CODE

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        reasons = {"incorrect_code": self.reason, "too_many_login_attempts": Reason.TOO_MANY}
        if isinstance(error, ValidationError) and (why := reasons.get(getattr(error, "code", ""))):
            user = getattr(self, "user", None)
            note_refusal(context.request, why, method=self.method, user=user)


class NotesPasskey(NotesRefusal):
    method = Method.PASSKEY
    reason = Reason.PASSKEY

    def clean_credential(self) -> Any:
        """What is crooked in one makes the library stumble in many ways."""
        try:
            return super().clean_credential()  # type: ignore[misc]  # the library's form beside it has it
        except (AttributeError, LookupError, TypeError, ValueError, struct.error) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class CodeForm(NotesRefusal, AuthenticateForm):
    pass


class CodeAgainForm(NotesRefusal, ReauthenticateForm):
    pass


class PasskeyForm(NotesPasskey, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(NotesPasskey, ReauthenticateWebAuthnForm):
    pass


class PasskeySignInForm(NotesPasskey, LoginWebAuthnForm):
    pass
