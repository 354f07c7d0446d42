"""Addresses on a company's own host, for what is read outside of it: messages, sheets."""

from django.conf import settings

from tenants.context import current_company
from tenants.models import Domain


def absolute(path: str) -> str:
    """``path`` on the company's own host."""
    domains = Domain.objects.filter(tenant_id=current_company().id)
    host = domains.order_by("-is_primary", "pk").values_list("domain", flat=True).first()
    if settings.SOBANI_ENV == "demo":
        return f"http://{host}:{settings.PORT}{path}"
    return f"https://{host}{path}"
