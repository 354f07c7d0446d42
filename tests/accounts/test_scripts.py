"""What a page's script is told once nobody is signed in: so, and never the sign-in page."""

import uuid

import pytest
from django.test import Client

from tenants.models import Company

ADDRESSES = [
    ("acme", "get", "/portal/poll"),
    ("acme", "get", "/portal/open/"),
    ("acme", "get", f"/portal/incidents/{uuid.UUID(int=0)}/parts/"),
    ("acme", "post", f"/portal/incidents/{uuid.UUID(int=0)}/message/"),
    ("ops", "get", "/console/poll"),
    ("ops", "get", "/console/queue/"),
    ("ops", "post", f"/console/cases/{uuid.UUID(int=0)}/note/"),
    ("ops", "get", "/desk/wall/"),
    ("ops", "get", "/field/now"),
    ("ops", "get", "/field/part/"),
]
SCRIPTS = [{"HX-Request": "true"}, {"Sec-Fetch-Dest": "empty"}, {"Sec-Fetch-Dest": "audio"}]


@pytest.mark.parametrize("headers", SCRIPTS)
@pytest.mark.parametrize(("company", "method", "path"), ADDRESSES)
def test_a_script_is_told_that_nobody_is_signed_in(
    acme: Company, company: str, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = getattr(browser(company), method)(path, headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Dest": "document"}])
@pytest.mark.parametrize(("company", "method", "path"), ADDRESSES)
def test_a_person_is_led_to_the_sign_in(
    acme: Company, company: str, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = getattr(browser(company), method)(path, headers=headers)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


def browser(company: str) -> Client:
    return Client(headers={"Host": f"{company}.localhost"})
