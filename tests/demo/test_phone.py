"""Two browsers are two phones: the second is asked before it takes the place of the first."""

import re
from typing import Any

from django.test import Client

from demo.links import phone_signer
from people.models import Device, Employee
from tenants.models import Company
from tests.demo.conftest import browser

PATH = f"/demo/phone/{phone_signer().sign('acme')}/"


def enrolled(opened: Any) -> str:
    """The token that the app gets for the code in its address."""
    code = re.fullmatch(r"/app/#code=([\w-]+)", opened["Location"])
    assert code, opened["Location"]
    answer = browser("acme.localhost").post(
        "/api/v1/devices/enroll",
        {"code": code[1], "kind": "web", "name": ""},
        content_type="application/json",
    )
    assert answer.status_code == 201
    return str(answer.json()["token"])


def device(token: str) -> Any:
    headers = {"Host": "acme.localhost", "Authorization": f"Bearer {token}"}
    return Client().get("/api/v1/device", headers=headers)


def test_each_click_gives_a_code_of_its_own(acme: Company) -> None:
    first, second = (browser("acme.localhost").get(PATH)["Location"] for _ in range(2))
    assert first != second


def test_a_second_browser_is_asked_and_the_first_stays_good(acme: Company) -> None:
    first = enrolled(browser("acme.localhost").get(PATH))
    page = browser("acme.localhost").get(PATH)
    assert page.status_code == 200
    for choice in ("登録済み：アプリを開く", "もう一台として登録", "前の端末と入れ替え"):
        assert choice in page.text
    assert device(first).status_code == 200


def test_one_more_phone_is_a_colleagues_and_both_live(acme: Company, anna: Employee) -> None:
    first = enrolled(browser("acme.localhost").get(PATH))
    second = enrolled(browser("acme.localhost").post(PATH, {"as": "colleague"}))
    assert device(first).status_code == device(second).status_code == 200
    held = Device.objects.exclude(employee=anna)
    holder = held.get(revoked_at=None, employee__user=None, kind="web", name="").employee
    assert (holder.department, holder.site) == (anna.department, anna.site)


def test_taking_its_place_is_said_and_then_done(acme: Company) -> None:
    first = enrolled(browser("acme.localhost").get(PATH))
    second = enrolled(browser("acme.localhost").post(PATH))
    assert device(first).status_code == 403
    assert device(second).status_code == 200


def test_when_every_colleague_has_one_only_two_ways_are_left(acme: Company, anna: Employee) -> None:
    enrolled(browser("acme.localhost").get(PATH))
    for _phone in range(10):
        page = browser("acme.localhost").get(PATH).text
        if "もう一台として登録" not in page:
            break
        enrolled(browser("acme.localhost").post(PATH, {"as": "colleague"}))
    assert "もう一台として登録" not in page
    assert "前の端末と入れ替え" in page


def test_the_link_of_one_company_opens_nothing_at_another(acme: Company, globex: Company) -> None:
    assert browser("globex.localhost").get(PATH).status_code == 404
    assert browser("acme.localhost").get("/demo/phone/acme/").status_code == 404
