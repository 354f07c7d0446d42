"""An operator's console without a browser."""

from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from operations.models import Case
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import signed_in


def console(username: str) -> Client:
    ops = Company.objects.get(schema_name="ops")
    return run_in(ops, lambda: signed_in(User.objects.get(username=username), "ops.localhost"))


def page(case: Case) -> str:
    return reverse("operator:case", args=[case.public_id], urlconf="config.urls_ops")


def looks(case: Case) -> list[str]:
    return [
        event.payload["verb"]
        for event in AuditEvent.objects.of(str(case.incident_id))
        if event.payload.get("actor", {}).get("kind") == "operator"
    ]
