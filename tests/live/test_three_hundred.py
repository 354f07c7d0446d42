"""A whole company without e-mail: imported from Excel's file, handed sheets on paper, enrolled over
days; lost sheets replaced, a stolen one worth nothing."""

import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import Browser, Page, expect

from people.models import Device, Employee, EnrolmentCode
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live, free_port
from tests.support.workers import Worker

pytestmark = [pytest.mark.browser, pytest.mark.prove, pytest.mark.timeout(1200)]
FULL = "PROVE" in os.environ
PEOPLE, ENROLLED, LOST = (300, 20, 3) if FULL else (8, 3, 1)
LAST_DAY = 12  # sheets are good for fourteen
HEAD = "従業員番号,姓,名,セイ,メイ,部署コード,入社日"


@pytest.fixture
def worker(live: Live) -> Iterator[Worker]:
    """It looks at lists and stores them."""
    running = Worker(free_port())  # nobody there has an address to write to
    running.start()
    yield running
    running.kill()


def test_people_without_email_are_imported_printed_and_enrolled(
    live: Live, worker: Worker, tell: Callable[[str], None]
) -> None:
    started = time.monotonic()
    with chromium() as browser:
        hanna = browser.new_context(locale="ja").new_page()
        hanna.set_default_timeout(60_000)
        hanna.goto(live.page(live.sign_in_path("hanna")))
        people = import_people(live, hanna)
        codes = print_sheets(live, hanna, people, pages=PEOPLE)
        assert len(set(codes)) == PEOPLE

        for day, code in enumerate(codes[:ENROLLED]):
            assert enrols(live, browser, code)
            if day < LAST_DAY:
                a_day_passes(live)

        lost = slice(ENROLLED, ENROLLED + LOST)
        anew = print_sheets(live, hanna, people[lost], pages=LOST, replaces=True)
        for old, new in zip(codes[lost], anew, strict=True):
            assert not enrols(live, browser, old)
            assert enrols(live, browser, new)

        stolen = ENROLLED + LOST
        assert run_in(live.company, good_codes_of, people[stolen]) == 1
        hanna.goto(sheets_of(live, people[stolen : stolen + 1]))
        hanna.get_by_role("button", name="渡した用紙を無効にするだけ").click()
        expect(hanna.get_by_text("無効にした用紙：1枚")).to_be_visible()
        assert not enrols(live, browser, codes[stolen])
    assert run_in(live.company, devices_of, people) == ENROLLED + LOST
    tell(f"{PEOPLE} people, {ENROLLED} enrolled: {time.monotonic() - started:.0f} s")


def import_people(live: Live, hanna: Page) -> list[int]:
    rows = [f"{700000 + n},従業,員{n},ジュウギョウ,イン,10,R8.4.1" for n in range(PEOPLE)]
    file = {"name": "従業員.csv", "mimeType": "text/csv"}
    content = "\r\n".join([HEAD, *rows]).encode("cp932")
    hanna.goto(live.page("/admin/people/employee/import/"))
    hanna.set_input_files('input[name="import_file"]', {**file, "buffer": content})
    hanna.get_by_role("button", name="内容を確認する").click()
    hanna.get_by_role("button", name="取り込む", exact=True).click()
    expect(hanna.get_by_role("heading", name="従業員を取り込みました")).to_be_visible(
        timeout=60_000
    )

    def keys() -> list[int]:
        new = Employee.objects.filter(number__gte="700000", email="", user=None)
        return list(new.order_by("number").values_list("pk", flat=True))

    made: list[int] = run_in(live.company, keys)
    assert len(made) == PEOPLE
    return made


def sheets_of(live: Live, people: list[int]) -> str:
    """Where the list of employees leads with those people chosen (test_sheets.py clicks there)."""
    return live.page("/portal/hr/sheets/?" + "&".join(f"employee={key}" for key in people))


def print_sheets(
    live: Live, hanna: Page, people: list[int], *, pages: int, replaces: bool = False
) -> list[str]:
    """The codes in the order of the people, read from the paper."""
    hanna.goto(sheets_of(live, people))
    if replaces:
        hanna.locator('input[name="revoke_older"]').check()
    hanna.get_by_role("button", name="登録用紙を作る").click()
    hanna.locator(".sheet-code").first.wait_for()
    hanna.wait_for_load_state()  # the first sheet stands before the last one has arrived
    paper = hanna.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == pages
    codes = hanna.locator(".sheet-code").all_inner_texts()
    assert len(codes) == pages
    return codes


def enrols(live: Live, browser: Browser, code: str) -> bool:
    phone = browser.new_context(locale="ja").new_page()
    phone.goto(live.page(f"/app/#code={code}"))
    phone.locator("[data-enrol-form] button[type=submit]").click()
    in_use, refused = phone.locator("[data-screen=setup]"), phone.locator("[data-enrol-error]")
    expect(in_use.or_(refused).locator("visible=true").first).to_be_visible()
    answer = in_use.is_visible()
    phone.context.close()
    return answer


def a_day_passes(live: Live) -> None:
    """For the sheets: they are a day nearer to the end of their fortnight."""

    def age() -> None:
        EnrolmentCode.objects.update(expires_at=F("expires_at") - timedelta(days=1))

    run_in(live.company, age)


def good_codes_of(employee: int) -> int:
    return EnrolmentCode.objects.good().filter(employee=employee).count()


def devices_of(people: list[int]) -> int:
    return Device.objects.filter(employee__in=people, revoked_at=None).count()
