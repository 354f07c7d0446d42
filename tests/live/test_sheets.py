"""The picture on a printed sheet leads a phone to being that person's."""

import pytest
import segno
from playwright.sync_api import expect

from people.models import Employee
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live

pytestmark = pytest.mark.browser


def test_hanna_prints_a_sheet_and_anna_enrols_with_its_picture(live: Live) -> None:
    anna = run_in(live.company, lambda: Employee.objects.get(number="020182"))
    with chromium() as browser:
        hanna = browser.new_context(locale="ja").new_page()
        hanna.goto(live.page(live.sign_in_path("hanna")))
        hanna.goto(live.page("/admin/people/employee/?q=020182"))
        hanna.locator('input[name="_selected_action"]').check()
        hanna.locator('select[name="action"]').select_option("make_sheets")
        hanna.locator('button[name="index"]').click()
        hanna.get_by_role("button", name="登録用紙を作る").click()
        code = hanna.locator(".sheet-code").inner_text()
        picture = hanna.locator(".sheet-picture path").get_attribute("d")
        paper = hanna.pdf(prefer_css_page_size=True)
        address = live.page(f"/app/#code={code}")
        drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=2)
        assert picture
        assert picture in drawn

        phone = browser.new_context(locale="ja").new_page()
        phone.goto(address)
        phone.locator("[data-enrol-form] button[type=submit]").click()
        expect(phone.locator("[data-setup-holder]")).to_contain_text("さんの端末になりました")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") <= 1
    assert run_in(live.company, anna.devices.count) == 1
