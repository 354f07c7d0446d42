"""Who changes settings and master data in this request, for django-auditlog's entries."""

from typing import Any

from auditlog.middleware import AuditlogMiddleware
from django.http import HttpRequest

from tenants.schemas import current_schema


class ChangesMiddleware(AuditlogMiddleware):
    """The person only. Addresses, ports and correlation ids come from headers that anybody can
    write: they would be hearsay in the log, and an unreadable one would fail the request.

    And only at home: what the platform does inside a company is logged there under nobody's name,
    because its people have no rows there, or keys that are somebody else's.
    """

    def get_extra_data(self, request: HttpRequest) -> dict[str, Any]:
        actor, home = self._get_actor(request), current_schema()

        def at_home(name: str) -> Any:
            return getattr(actor, name, None) if current_schema() == home else None

        def email() -> Any:
            """Name of the system that acts, in place of a person's address."""
            return at_home("email") or getattr(request, "changes_by", None)

        return {"actor_id": lambda: at_home("pk"), "actor_email": email}
