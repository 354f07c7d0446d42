"""Sheets that HR has made."""

import re

from django.test import Client

from accounts.models import User
from tenants.schemas import enter_schema
from tests.conftest import signed_in

CODE = re.compile(r'class="sheet-code">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})<')


def made(user: User, **chosen: object) -> list[str]:
    page = signed_in(user).post("/portal/hr/sheets/print/", chosen)
    enter_schema("acme")
    return CODE.findall(page.content.decode())


def enrols(code: str) -> bool:
    answer = Client(headers={"Host": "acme.localhost"}).post(
        "/api/v1/devices/enroll", {"code": code, "kind": "web"}, content_type="application/json"
    )
    enter_schema("acme")
    return answer.status_code == 201
