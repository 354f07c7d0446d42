"""Keys in "set a new password" links."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from tenants.context import current_company


class CompanyTokenGenerator(PasswordResetTokenGenerator):
    """Tokens that include the company, because user keys are alike in all companies."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{current_company().schema}:{super()._make_hash_value(user, timestamp)}"
