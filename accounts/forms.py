"""django-allauth's forms where ours know more."""

from typing import Any

from allauth.core import context
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm

from accounts import second_factor


class SetUpForm(ActivateTOTPForm):  # type: ignore[misc]
    """The code that sets the app up was read from it: this session has shown the second factor."""

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if "code" in clean:
            second_factor.vouch(context.request.session, "totp")
        return clean


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """The device that made the key has just been touched."""

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if clean.get("credential") and not self.errors:
            second_factor.vouch(context.request.session, "webauthn")
        return clean
