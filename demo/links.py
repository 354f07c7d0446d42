"""One-click sign-in for newcomers: signed links that work in the demo on loopback only."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import TimestampSigner

from demo.seed import ANNA
from people.devices.services import issue_code
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company

SALT = "demo.sign-in"


@dataclass(frozen=True, slots=True)
class Link:
    role: str
    company: str
    url: str


def links() -> Iterator[Link]:
    for schema in ("acme", "globex"):
        company = Company.objects.filter(schema_name=schema).first()
        if company is None:
            continue
        code = run_in(company, _annas_code)
        yield Link("employee", schema, f"{base(schema)}/app/#code={code}")
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


def signer() -> TimestampSigner:
    return TimestampSigner(salt=SALT)


def _annas_code() -> str:
    return issue_code(holder=Employee.objects.order_by("number")[ANNA])
