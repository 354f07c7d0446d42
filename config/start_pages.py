"""The first page of the two admin sites, each for its own kind of host."""

from typing import Any

from django.http import HttpRequest

from accounts.requests import signed_in
from portal.hr.dashboard import for_hr
from portal.platform.dashboard import for_platform
from tenants.context import current_company


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    if current_company().kind == "platform":
        return context | for_platform()
    return context | for_hr(signed_in(request))
