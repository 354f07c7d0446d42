"""Somebody of the platform, and what they do with a company."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tenants.context import run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company
from tenants.schemas import leave_schema
from tests.conftest import signed_in


@pytest.fixture
def platform(db):
    home = Company.objects.get(schema_name="platform")
    leave_schema()
    yield run_in(home, lambda: signed_in(User.objects.get(username="platform"), "localhost"))
    forget_cached_companies()
    leave_schema()


FIRST = {
    "family_name": "人見",
    "given_name": "ハナ",
    "username": "000123",
    "email": "hanna@new.example",
}


def make(platform: Client, **given: str) -> tuple[str, Any]:
    name = f"new{uuid.uuid4().hex[:6]}"
    fields = {"name": "新会社", "schema_name": name, "host": f"{name}.localhost"}
    fields |= FIRST | given
    return name, platform.post("/admin/tenants/company/add/", fields)


def decide(platform: Client, name: str, decision: str, **given: str) -> Any:
    company = Company.objects.get(schema_name=name)
    chosen = {"action": decision, "_selected_action": [company.pk]} | given
    answer = platform.post("/admin/tenants/company/", chosen, follow=True)
    leave_schema()
    forget_cached_companies()
    return answer


SAYS_WHY = {"confirmed": "yes", "reason": "料金の未払い"}
