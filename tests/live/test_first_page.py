"""The story of a newcomer, from the address that `make run` printed: an alarm, its sound, its mail,
the security company's answer, the end. All by what is to be seen, and every click is counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.live.browsers import chromium
from tests.live.conftest import free_port
from tests.live.media_client import Detector, Watch
from tests.live.stacks import WholeStack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

BEEPS = 3
MOST_CLICKS = {
    "the alarm": 5,
    "it is heard": 2,
    "the mail is read and answered": 4,
    "the security company answers": 4,
    "it is over": 7,
}
"""From the first page; what is typed or chosen counts too."""


@dataclass
class Newcomer:
    """One person with one browser and the first page in its first tab."""

    context: BrowserContext
    start: Page
    clicks: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def open(self, link: Locator) -> Page:
        """The tab that a link opens."""
        with self.context.expect_page() as opened:
            self.click(link)
        return opened.value

    def card(self, button: str) -> Page:
        return self.open(self.start.get_by_role("link", name=button))

    def done(self, what: str) -> None:
        self.counted[what] = self.clicks - sum(self.counted.values())


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    stack = WholeStack(tmp_path_factory.mktemp("first") / "data", free_port())
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture
def newcomer(fresh: WholeStack, tones: Path) -> Iterator[Newcomer]:
    address = re.findall(r"Ready: (\S+)", fresh.output.read_text())[0]
    with chromium(sound=tones) as browser:
        context = browser.new_context(locale="ja", timezone_id="Asia/Tokyo")
        context.grant_permissions(["microphone", "geolocation"])
        start = context.new_page()
        start.goto(address)
        yield Newcomer(context, start)


def test_from_the_printed_address_to_the_end_of_an_alarm(newcomer: Newcomer) -> None:
    expect(newcomer.start.get_by_role("link", name="すべて動いています")).to_be_visible()
    boris = newcomer.card("通報の画面を開く")
    anna = the_alarm_is_raised(newcomer)
    it_is_heard(newcomer, boris)
    the_mail_is_read_and_answered(newcomer, boris)
    olga = the_security_company_answers(newcomer, boris)
    it_is_over(newcomer, anna, boris, olga)
    assert newcomer.counted == MOST_CLICKS
    newcomer.start.reload()
    expect(newcomer.start.get_by_role("link", name="すべて動いています")).to_be_visible()


def the_alarm_is_raised(newcomer: Newcomer) -> Page:
    anna = newcomer.card("アプリを開く")
    newcomer.click(anna.get_by_role("button", name="登録する"))
    newcomer.click(anna.locator("[data-tab=ready]"))
    newcomer.click(anna.locator("[data-press]"))
    newcomer.done("the alarm")
    return anna


def it_is_heard(newcomer: Newcomer, boris: Page) -> None:
    newcomer.click(boris.get_by_role("link", name="髙橋 美咲").first)
    expect(boris.locator("#play")).to_be_enabled()
    newcomer.click(boris.locator("#play"))
    Detector(Watch(boris), "ear").until(BEEPS)
    newcomer.done("it is heard")


def the_mail_is_read_and_answered(newcomer: Newcomer, boris: Page) -> None:
    """It was really sent: his page says so, and the mailbox has it."""
    boris.get_by_label("通知も表示").check()
    expect(boris.get_by_text("送信済み").first).to_be_visible()
    mailbox = newcomer.card("受信箱を開く")
    newcomer.click(mailbox.get_by_role("link", name="助けを求めています").first)
    expect(mailbox.get_by_role("heading")).to_contain_text("助けを求めています")
    page = newcomer.open(mailbox.locator(".demo-text a"))
    newcomer.click(page.get_by_role("button", name="確認しました"))
    expect(boris.locator("#timeline")).to_contain_text("確認しました")
    newcomer.done("the mail is read and answered")


def the_security_company_answers(newcomer: Newcomer, boris: Page) -> Page:
    newcomer.click(boris.locator("#actions").get_by_role("link", name="要請"))
    newcomer.click(boris.locator("#dialog-support").get_by_role("button", name="要請"))
    olga = newcomer.card("コンソールを開く")
    newcomer.click(olga.locator(".card-of-queue").first)
    expect(olga.locator(".person-name")).to_contain_text("髙橋 美咲")
    expect(boris.locator("#timeline")).to_contain_text("大野 玲子さんが引き継ぎました")
    newcomer.done("the security company answers")
    return olga


def it_is_over(newcomer: Newcomer, anna: Page, boris: Page, olga: Page) -> None:
    newcomer.click(boris.locator("#actions").get_by_role("link", name="終了する"))
    newcomer.click(boris.locator("#dialog-close").get_by_text("解決"))
    newcomer.click(boris.locator("#dialog-close").get_by_role("button", name="終了する"))
    newcomer.click(anna.get_by_role("button", name="安全です"))
    expect(boris.locator("#actions").get_by_text("本人の返事：安全です")).to_be_visible()
    newcomer.click(olga.get_by_role("button", name="結果を付けて終了"))
    dialog = olga.locator("#dialog-close")
    newcomer.click(dialog.locator("label.choice").first)
    newcomer.click(dialog.get_by_role("button", name="この結果で終了する"))
    expect(olga.locator("#case-head")).to_contain_text("終了")
    newcomer.done("it is over")
