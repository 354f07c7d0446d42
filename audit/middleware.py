"""Who changes settings and master data in this request, for django-auditlog's entries."""

from typing import Any

from auditlog.middleware import AuditlogMiddleware
from django.http import HttpRequest


class ChangesMiddleware(AuditlogMiddleware):
    """The person only. Addresses, ports and correlation ids come from headers that anybody can
    write: they would be hearsay in the log, and an unreadable one would fail the request."""

    def get_extra_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"actor": self._get_actor(request)}
