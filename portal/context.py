"""Names that stand on every page: whose product, which company, which security company."""

from django.conf import settings
from django.http import HttpRequest

from tenants.context import OutsideCompany, current_company


def brand(_request: HttpRequest) -> dict[str, str]:
    try:
        company = current_company().name
    except OutsideCompany:
        company = ""
    return {
        "brand_name": settings.BRAND_NAME,
        "security_company_name": settings.SECURITY_COMPANY_NAME,
        "company_name": company,
    }
