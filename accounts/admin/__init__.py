"""The pages register themselves."""

from accounts.admin import users
from accounts.sso import admin as single_sign_on

__all__ = ["single_sign_on", "users"]
