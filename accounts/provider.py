"""django-allauth finds an app's providers by the name of this file."""

from accounts.sso.provider import provider_classes

__all__ = ["provider_classes"]
