"""Rosa's phone, and a dispatch of hers to anna."""

import pytest
from django.test import Client

from audit.actors import Actor
from operations import dispatches
from operations.models import AccessGrant, Case, Dispatch, Responder
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import person, signed_in
from tests.operations.conftest import case, grant, incident, m14, olga, otto, rosa

__all__ = ["case", "grant", "incident", "m14", "olga", "otto", "rosa"]

HOST = "ops.localhost"


def desk_browser(username: str) -> Client:
    ops = Company.objects.get(schema_name="ops")
    return run_in(ops, lambda: signed_in(person(username), HOST))


@pytest.fixture
def dispatch(case: Case, grant: AccessGrant, m14: Responder, olga: Actor) -> Dispatch:
    return dispatches.send_responder(
        case_id=case.public_id, responder_id=m14.public_id, operator=olga
    )


@pytest.fixture
def phone(case: Case) -> Client:
    return desk_browser("rosa")
