"""After enrolment a new phone is set up, a step a screen; 準備完了 only when it is so."""

from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from incidents.models import Incident
from notifications.models import Receipt
from people.models import Employee
from recordings.models import PlayRange, PlaySession, Recording
from tenants.context import run_in
from tests.live.browsers import SILENT, chromium
from tests.live.conftest import ANNA, Live, LivePhone
from tests.live.media_client import leave_set_up
from tests.support.conditions import today
from tests.support.waiting import until
from wellbeing.models import CheckIn

pytestmark = pytest.mark.browser

# No push service is reached from here; what the browser hands to the server is what one gives.
SUBSCRIBES = """
const endpoint = 'https://fcm.googleapis.com/fcm/send/anna';
PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async ({ applicationServerKey }) => ({
  endpoint,
  options: { applicationServerKey },
  toJSON: () => ({
    endpoint,
    keys: {
      p256dh:
        'BIPUL12DLfytvTajnryr2PRdAgXS3HGKiLqndGcJGabyhHheJYlNGCeXl1dn18gSJ1WAkAPIxr4gK0_dQds4yiI',
      auth: 'FPssNDTKnInHVndSTdbKFw',
    },
  }),
});
"""
TAG = "[data-state-word]"


def enrolled(live: Live, browser: Browser, *permissions: str) -> Page:
    context = browser.new_context(
        locale="ja",
        timezone_id="Asia/Tokyo",
        viewport={"width": 320, "height": 568},
        permissions=permissions,
        geolocation={"latitude": 35.6846, "longitude": 139.7741},
    )
    context.add_init_script(SUBSCRIBES)
    page = context.new_page()
    page.goto(live.page(f"/app/#code={live.code()}"))
    page.get_by_role("button", name="登録する").click()
    return page


@pytest.fixture
def anna(live: Live, beeps: Path) -> Iterator[Page]:
    """Her phone asks for nothing that she would refuse."""
    with chromium(sound=beeps) as browser:
        yield enrolled(live, browser, "microphone", "geolocation", "notifications")


def test_from_the_code_to_ready_by_a_confirmed_test_and_one_exercise(
    live: Live, anna: Page
) -> None:
    expect(anna.locator("[data-setup-holder]")).to_have_text("髙橋 美咲さんの端末になりました")
    for says in ("マイクを使えます。", "位置情報を使えます。"):
        expect(anna.get_by_text(says)).to_be_visible()
        anna.get_by_role("button", name="次へ").click()

    expect(anna.get_by_text("許可されました。届くかどうか試してください。")).to_be_visible()
    anna.get_by_role("button", name="テスト通知を送る").click()
    came = anna.get_by_role("button", name="届いた")
    expect(came).to_be_visible()
    expect(anna.locator(TAG)).to_have_text("通知は未確認")
    came.click()
    expect(anna.get_by_text("この端末に通知が届きます。")).to_be_visible()
    assert run_in(live.company, Receipt.objects.filter(stage="confirmed").count) == 1
    anna.get_by_role("button", name="次へ").click()

    anna.get_by_role("button", name="訓練で押す").last.click()
    until(live, lambda: Incident.objects.filter(drill="internal", state="open").exists())
    anna.locator("[data-veil]").click()
    anna.locator("[data-safe]").click()
    anna.locator("#ask-safe [value=yes]").click()
    anna.locator("[data-leave]").click()
    expect(anna.locator("[data-setup-result]")).to_have_text("準備完了")
    expect(anna.locator(TAG)).to_have_text("準備完了")
    assert run_in(live.company, Incident.objects.get).outcome == Incident.Outcome.DRILL


def test_a_notice_that_did_not_come_is_never_ready(live: Live, anna: Page) -> None:
    anna.get_by_role("button", name="次へ").click()
    anna.get_by_role("button", name="次へ").click()
    anna.get_by_role("button", name="テスト通知を送る").click()
    anna.get_by_role("button", name="届かない").click()
    expect(anna.locator("[data-ways-of=notices] svg").first).to_be_visible()
    anna.locator("[data-tab=ready]").click()
    expect(anna.locator(TAG)).to_have_text("通知なし")
    expect(anna.locator("[data-notices-state]")).to_have_text("テストが届きません")


def test_a_refused_microphone_shows_the_way_and_stays_open(live: Live) -> None:
    with chromium(sound=SILENT) as browser:
        anna = enrolled(live, browser, "geolocation")
        expect(anna.locator("[data-state-of=microphone]")).to_contain_text("ブロックされています")
        ways = anna.locator("[data-ways-of=microphone]")
        expect(ways.locator("svg.drawn")).to_have_count(3)
        expect(ways.get_by_text("アドレスの左のマークを押します。")).to_be_visible()
        ways.get_by_label("端末の種類").select_option(label="iPhone（Safari）")
        expect(ways.get_by_text("「Webサイトの設定」を押します。")).to_be_visible()

        anna.get_by_role("button", name="あとで").click()
        expect(anna.locator("[data-step=place]")).to_be_visible()
        leave_set_up(anna)
        expect(anna.locator(TAG)).to_have_text("マイクなし")
        anna.locator("[data-microphone-row] button").click()
        expect(anna.locator("[data-step=microphone]")).to_be_visible()


def test_a_month_shows_the_days_without_an_answer(live: Live) -> None:
    def answered() -> None:
        anna = Employee.objects.get(number=ANNA)
        CheckIn.objects.create(
            employee=anna, department=anna.department, date=today(), condition="bad", note="眠い"
        )

    run_in(live.company, answered)
    with chromium() as browser:
        anna = enrolled(live, browser)
        leave_set_up(anna)
        anna.locator("[data-tab=condition]").click()
        days = anna.locator("[data-month-days] .day-number")
        whole = monthrange(today().year, today().month)[1]
        expect(days).to_have_text([str(day) for day in range(1, whole + 1)])
        expect(anna.locator(".month th")).to_have_text(list("日月火水木金土"))
        expect(anna.locator("[data-month-days] .face")).to_have_count(1)
        expect(anna.locator("[aria-current=date] .face, .face[aria-current=date]")).to_be_visible()
        expect(anna.locator("[data-month-words]")).to_contain_text("眠い")
        expect(anna.locator("[data-month-before]")).to_be_disabled()


def test_a_listening_is_one_line(live: Live, phone: LivePhone) -> None:
    """Handed out in four pieces, ten seconds each, with a gap before the last one."""
    recording = phone.record(phone.tap()["tap_id"])["id"]

    def heard() -> None:
        session = PlaySession.objects.create(
            recording=Recording.objects.get(public_id=recording),
            user=User.objects.get(username="boris"),
            actor_name="佐藤 健一",
            mode=PlaySession.Mode.DVR,
            reason="対応の確認",
            acting=False,
            session_key_hash=b"x",
            started_at=timezone.now(),
        )
        for first, last in ((0, 9), (10, 19), (20, 29), (60, 69)):
            PlayRange.objects.create(session=session, first_seq=first, last_seq=last)

    run_in(live.company, heard)
    assert phone.send("POST", f"/api/v1/incidents/{mine(phone)}/close", json={"outcome": "safe"}).ok
    with chromium() as browser:
        anna = enrolled(live, browser)
        leave_set_up(anna)
        anna.locator("[data-tab=history]").click()
        anna.get_by_role("button", name="聞いた人").click()
        lines = anna.locator(".plays li")
        expect(lines).to_have_count(1)
        expect(lines).to_contain_text("佐藤 健一")
        expect(lines).to_contain_text("再生 00:00〜00:30、01:00〜01:10")
        expect(lines).to_contain_text("理由：対応の確認")


def mine(phone: LivePhone) -> Any:
    return phone.send("GET", "/api/v1/me/incidents").json()["results"][0]["id"]
