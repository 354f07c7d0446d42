"""Addresses on a company's own host, for what is read outside of it: messages, sheets."""

from django.conf import settings

from tenants.context import current_company
from tenants.hosts import own_host


def absolute(path: str) -> str:
    """``path`` on the company's own host."""
    host = own_host(current_company())
    if settings.SOBANI_ENV == "demo":
        return f"http://{host}:{settings.PORT}{path}"
    return f"https://{host}{path}"
