"""What stands on every page: whose product, which company, which security company, how light."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest

from accounts.preferences import appearance_for
from tenants.context import OutsideCompany, current_company


def brand(request: HttpRequest) -> dict[str, object]:
    try:
        current = current_company()
        company, has_support = current.name, current.has_support_contract
    except OutsideCompany:
        company, has_support = "", False
    return {
        "brand_name": settings.BRAND_NAME,
        "security_company_name": settings.SECURITY_COMPANY_NAME,
        "company_name": company,
        "has_support": has_support,
        "appearance": partial(appearance_for, request),  # asks who it is only where it is shown
    }
