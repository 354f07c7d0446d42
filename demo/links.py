"""One-click sign-in for newcomers: signed links that work in the demo on loopback only."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import TimestampSigner

from demo.seed import ANNA
from people.models import Employee
from tenants.models import Company

GOOD_FOR = 7 * 24 * 3600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Link:
    role: str
    company: str
    url: str


def links() -> Iterator[Link]:
    for schema in ("acme", "globex"):
        if not Company.objects.filter(schema_name=schema).exists():
            continue
        yield Link("employee", schema, phone_url(schema))
        for supervisor in ("boris", "second"):
            yield Link("supervisor", schema, sign_in_url(schema, supervisor))
        yield Link("hr_admin", schema, sign_in_url(schema, "hanna"))
        yield Link("site_manager", schema, sign_in_url(schema, "daisuke"))
        yield Link("health", schema, sign_in_url(schema, "keiko"))
    for role, username in (("operator", "olga"), ("operator", "otto"), ("lead", "lena")):
        yield Link(role, "ops", sign_in_url("ops", username))
    yield Link("responder", "ops", sign_in_url("ops", "rosa"))
    yield Link("platform_admin", "", sign_in_url("", "platform"))


def base(schema: str) -> str:
    host = f"{schema}.localhost" if schema else "localhost"
    return f"http://{host}:{settings.PORT}"


def sign_in_url(schema: str, username: str) -> str:
    token = signer().sign(f"{schema or 'platform'}:{username}")
    return f"{base(schema)}/demo/sign-in/{token}/"


def phone_url(schema: str) -> str:
    return f"{base(schema)}/demo/phone/{phone_signer().sign(schema)}/"


def signer() -> TimestampSigner:
    return TimestampSigner(salt="demo.sign-in")


def phone_signer() -> TimestampSigner:
    return TimestampSigner(salt="demo.phone")


def anna() -> Employee:
    return Employee.objects.order_by("number")[ANNA]
