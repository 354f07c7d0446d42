"""What stands on every page: whose product, which company, which security company."""

from django.conf import settings
from django.http import HttpRequest

from tenants.context import OutsideCompany, current_company


def brand(_request: HttpRequest) -> dict[str, str | bool]:
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
    }
