"""Who would be reached, as HR's page says it."""

import re
from typing import Any

from accounts.models import User
from tenants.schemas import enter_schema
from tests.conftest import signed_in

PAGE = "/admin/reach/"


STEP = re.compile(r'class="reach-when">([^<]*)</span>(.*?)</li>', re.DOTALL)


def look(user: User, **asked: Any) -> str:
    page = signed_in(user).get(PAGE, asked).content.decode()
    enter_schema("acme")
    return page.partition('class="reach-ask"')[2].partition("</section>")[0]


def ladder(page: str) -> list[tuple[str, list[str]]]:
    steps = STEP.findall(page)
    return [(when.strip(), re.findall(r"<b>([^<]*)</b>", who)) for when, who in steps]
