"""Codes, links and revoked registrations: whose phone it is, is asked, said and kept."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from incidents.models import Incident
from people.models import Device, Employee
from recordings.models import Unit
from tenants.context import run_in
from tests.live.conftest import ANNA, Live
from tests.live.media_client import leave_set_up
from tests.live.stress.conftest import of_tap, phone_of
from tests.support.connections import COLLEAGUE

pytestmark = pytest.mark.browser


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


def test_a_code_in_the_address_asks_before_it_replaces_somebody(
    shop: Live, browser: Browser
) -> None:
    phone = phone_of(shop, browser)
    page = phone.page
    page.evaluate(f"location.hash = 'code={shop.code(COLLEAGUE)}'")
    dialog = page.locator("#ask-reenrol")
    expect(dialog).to_contain_text("この端末を新しい登録コードで登録し直しますか？")
    expect(dialog).to_contain_text("髙橋 美咲")
    dialog.get_by_role("button", name="いまの登録のままにする").click()
    expect(page.locator("[data-holder]").first).to_have_text("髙橋 美咲")

    page.goto("about:blank")
    page.goto(shop.page(f"/app/#code={shop.code(COLLEAGUE)}"))
    dialog.get_by_role("button", name="登録し直す").click()
    leave_set_up(page)
    expect(page.locator("[data-holder]").first).to_have_text("小林 誠")
    tap = of_tap(shop, phone.press())
    assert run_in(shop.company, lambda: tap.device.employee.number) == COLLEAGUE


def test_somebody_elses_link_leaves_the_registration_alone(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser)
    phone.page.evaluate("location.hash = 'code=AAAA-BBBB-CCCC'")
    phone.page.locator("#ask-reenrol button[value=yes]").click()
    form = phone.page.locator("[data-enrol-form]")
    expect(form).to_contain_text("このコードは使えません（無効か、期限切れです）")
    expect(form).to_contain_text("この端末のいまの登録は変わっていません")
    phone.page.get_by_role("button", name="戻る", exact=True).click()
    assert of_tap(shop, phone.press()).incident.state == Incident.State.OPEN


def test_a_revoked_phone_still_calls_and_takes_a_new_code(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser)

    def revoke() -> None:
        employee = Employee.objects.get(number=ANNA)
        Device.objects.filter(employee=employee).update(revoked_at=timezone.now())

    for wrap in (full_width, "http://x.example/app/#code={}".format):
        run_in(shop.company, revoke)
        phone.page.reload()
        anew = phone.page.get_by_role("button", name="新しい登録コードを入れる")
        expect(anew).to_be_visible()
        anew.click()
        phone.page.locator("#code").fill(wrap(shop.code()))
        phone.page.get_by_role("button", name="登録する").click()
        phone.until("token === 'good'")
        leave_set_up(phone.page)
        expect(anew).to_be_hidden()

    run_in(shop.company, revoke)
    before = run_in(shop.company, Unit.objects.count)
    assert of_tap(shop, phone.press()).report_only
    phone.until("token === 'refused'")
    assert run_in(shop.company, Unit.objects.count) == before
