"""django-allauth's forms where ours know more."""

from typing import Any

from allauth.core import context
from allauth.mfa.totp.forms import ActivateTOTPForm

from accounts import second_factor


class SetUpForm(ActivateTOTPForm):  # type: ignore[misc]
    """The code that sets the app up was read from it: this session has shown the second factor."""

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or {}
        if "code" in clean:
            second_factor.vouch(context.request.session, "totp")
        return clean
