"""A case from the tap to its end, everybody at their own screen: anna asks, the consoles ring, olga
takes it and hears her, rosa is sent and works the order on her phone, the police call is recorded,
the case is closed; boris and anna see each step.
"""

import re
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from audit.models import AuditEvent
from operations.models import Case
from tenants.context import run_in
from tests.live import media_client
from tests.live.browsers import chromiums
from tests.live.conftest import Live
from tests.live.desk import BEEPS, Console, console_at, on_shift, sign_in_at_desk, still
from tests.live.media_client import Detector

__all__ = ["on_shift"]

pytestmark = pytest.mark.browser

PLACE = {"latitude": 35.684610, "longitude": 139.774120, "accuracy": 12}
PHONE = {"width": 375, "height": 812}


@dataclass(frozen=True)
class Story:
    live: Live
    anna: Page
    boris: Page
    olga: Console
    otto: Console
    rosa: Page


@pytest.fixture
def story(live: Live, on_shift: None, tones: Path) -> Iterator[Story]:
    with chromiums(tones, None) as (hers, theirs):
        annas = hers.new_context(
            locale="ja",
            timezone_id="Asia/Tokyo",
            permissions=["microphone", "geolocation"],
            geolocation=PLACE,
            viewport=PHONE,
        )
        boris = theirs.new_context(locale="ja", viewport={"width": 1440, "height": 960}).new_page()
        boris.goto(live.page(live.sign_in_path("boris")))
        olga, otto = (console_at(live, theirs, name) for name in ("olga", "otto"))
        yield Story(live, annas.new_page(), boris, olga, otto, rosas_phone(live, theirs))


def rosas_phone(live: Live, browser: Browser) -> Page:
    context = browser.new_context(
        locale="ja",
        timezone_id="Asia/Tokyo",
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        permissions=["geolocation"],
        geolocation=PLACE | {"latitude": 35.687},
    )
    page = context.new_page()
    sign_in_at_desk(page, "rosa", live.server.port)
    expect(page.get_by_text("現在、出動の指示はありません")).to_be_visible()
    return page


def test_anna_asks_and_is_helped_and_everybody_sees_each_step(story: Story) -> None:
    consoles_wait(story)
    mouth = anna_asks_and_the_consoles_ring(story)
    olga_takes_it_and_otto_sees_who(story)
    olga_hears_anna(story, mouth)
    a_message_reaches_both(story)
    olga_sends_m14(story)
    rosa_takes_the_order_and_drives_there(story)
    olga_records_the_police_call(story)
    rosa_leaves_and_olga_closes_with_a_result(story)
    the_company_can_read_every_look(story)


def consoles_wait(story: Story) -> None:
    olga = story.olga
    expect(olga.page.locator("#sound-unlock")).to_be_visible()
    assert not olga.audio_runs(), "this browser lets pages play by themselves: it proves nothing"
    olga.unlock()
    story.otto.unlock()
    assert olga.audio_runs()
    expect(olga.page.locator("#colleagues")).to_contain_text("岸本")
    olga.is_silent_soon()


def anna_asks_and_the_consoles_ring(story: Story) -> Detector:
    anna, app = story.anna, story.live.page(f"/app/#code={story.live.code()}")
    media_client.enrol(anna, app)
    mouth = media_client.tap(anna)
    story.boris.locator("#open-rows a").first.click()
    anna.locator("[data-veil]").click()
    anna.locator("[data-support]").click()
    anna.locator("#ask-support button[value=yes]").click()
    late = story.olga.rings_within(5)
    sys.stdout.write(f"\nasked -> the console rings: {late:.2f} s\n")
    story.otto.rings_within(5)
    card = story.olga.cards.first
    expect(card).to_contain_text("受信待ち")
    expect(card).to_contain_text("日本橋本店")
    assert story.olga.page.title().startswith("(1)")
    assert "髙橋" not in story.olga.page.content(), "a name is shown before the claim"
    return mouth


def olga_takes_it_and_otto_sees_who(story: Story) -> None:
    olga, otto = story.olga, story.otto
    with olga.page.expect_response(lambda answer: answer.url.endswith("/peaks")) as drawn:
        olga.press("a")
    assert any(drawn.value.json()["peaks"]), "what was said before is not in the waveform"
    expect(olga.page.locator(".person-name")).to_contain_text("髙橋 美咲")
    expect(olga.page.locator("#case-warnings")).to_contain_text("青い傘")
    expect(otto.cards.first).to_contain_text("大野 玲子")
    expect(otto.cards.first.locator("[data-face]")).not_to_have_attribute("href", "")
    for console in (olga, otto):
        console.is_silent_soon()
    expect(story.anna.locator("[data-support-line]")).to_contain_text(
        "大野 玲子さんが引き継ぎました"
    )
    expect(story.boris.locator("#timeline")).to_contain_text("大野 玲子さんが引き継ぎました")


def olga_hears_anna(story: Story, mouth: Detector) -> None:
    olga = story.olga
    expect(olga.page.locator("#play")).to_be_enabled()
    assert olga.watch.is_silent(), "a page started sound by itself"
    olga.press("Space")
    olga.watch.until("/\\d/.test(document.querySelector('#player-delay').textContent)")
    ear = Detector(olga.watch, "ear")
    received = ear.until(BEEPS)
    late = media_client.delays(mouth.heard(), received)
    sys.stdout.write(f"mouth to the operator's ear: median {statistics.median(late):.2f} s\n")
    assert set(media_client.steps(received)) == {1}, received


def a_message_reaches_both(story: Story) -> None:
    page = story.olga.page
    page.locator("#case-messages").get_by_role("button", name="書く").click()
    page.locator("#dialog-message").get_by_text("警備会社が聴いています").click()
    expect(page.locator("#case-messages")).to_contain_text("警備会社が聴いています")
    expect(story.anna.locator("[data-messages]")).to_contain_text("警備会社が聴いています")
    expect(story.boris.locator("#timeline")).to_contain_text("警備会社が聴いています")
    assert not story.olga.watch.is_silent(), "listening was cut by something else"


def olga_sends_m14(story: Story) -> None:
    page = story.olga.page
    expect(page.locator("#case-responders")).to_contain_text("M-14")
    story.olga.press("d")
    dialog = page.locator("#dialog-dispatch")
    expect(dialog).to_contain_text("M-14に出動を指示しますか")
    dialog.get_by_role("button", name="出動を指示").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#case-responders")).to_contain_text("この案件に出動中")
    expect(story.otto.cards.first).to_contain_text("出動中")
    everybody_reads(story, "緊急対処員 M-14 に出動を指示しました")


def everybody_reads(story: Story, text: str) -> None:
    for person, place in (
        (story.anna, "[data-support-line]"),
        (story.boris, "#timeline"),
        (story.olga.page, "#case-timeline"),
    ):
        expect(person.locator(place)).to_contain_text(text)


def rosa_takes_the_order_and_drives_there(story: Story) -> None:
    rosa, console = story.rosa, story.olga.page
    expect(rosa.get_by_role("button", name="指示受領")).to_be_visible(timeout=15_000)
    assert "青い傘" not in rosa.content(), "more than the order is shown before she has received it"
    rosa_presses(rosa, "指示受領")
    expect(rosa.get_by_text("青い傘")).to_be_visible()
    for person, place in ((story.boris, "#timeline"), (console, "#case-timeline")):
        expect(person.locator(place)).to_contain_text("緊急対処員 M-14 が指示を受領しました")
    rosa_presses(rosa, "出発")
    everybody_reads(story, "緊急対処員 M-14 が向かっています")
    expect(story.boris.locator("#steps [aria-current]")).to_contain_text("M-14")
    with rosa.expect_response("**/field/position"):
        rosa_presses(rosa, "現在地の共有を始める")
    for page, name in (
        (console, "console"),
        (rosa, "field"),
        (story.boris, "desk-supervisor"),
        (story.anna, "desk-employee"),
    ):
        still(page, f"{name}.png")
    rosa_presses(rosa, "現着")
    rosa_presses(rosa, "着いた（現着を報告する）")
    expect(console.locator("#case-responders")).to_contain_text("現着")
    everybody_reads(story, "緊急対処員 M-14 が現着しました")


def rosa_presses(rosa: Page, name: str) -> None:
    rosa.get_by_role("button", name=name, exact=True).click()


def olga_records_the_police_call(story: Story) -> None:
    page = story.olga.page
    story.olga.press("p")
    dialog = page.locator("#dialog-police")
    expect(dialog.locator("#read-aloud")).to_contain_text("東京都中央区日本橋1丁目")
    dialog.get_by_label("状況").fill("レジ前で店員を怒鳴っている")
    dialog.get_by_label("凶器").fill("なし")
    expect(dialog.locator("#read-aloud")).to_contain_text("凶器は、なし")
    expect(dialog.get_by_label("通報時刻")).to_have_value(re.compile(r"\d\d:\d\d"))
    dialog.get_by_label("応対した警察官").fill("佐々木巡査部長")
    dialog.get_by_label("警察署").fill("中央署")
    still(page, "console-police.png")
    dialog.get_by_role("button", name="記録する", exact=True).click()
    expect(dialog).to_be_visible()  # nobody has said yet that the call was made
    dialog.get_by_label("通報した").check()
    dialog.get_by_role("button", name="記録する", exact=True).click()
    expect(dialog).to_be_hidden()
    everybody_reads(story, "110番通報しました（中央署、受理番号は確認中）")
    the_number_follows(story)


def the_number_follows(story: Story) -> None:
    page = story.olga.page
    missing = page.locator("#case-open-calls")
    expect(missing).to_contain_text("受理番号が未記入")
    missing.get_by_role("button", name="記入する").click()
    dialog = page.locator("#dialog-reference")
    dialog.get_by_label("受理番号").fill("A-4711")
    dialog.get_by_role("button", name="記録する").click()
    expect(dialog).to_be_hidden()
    expect(missing).not_to_contain_text("受理番号が未記入")
    for place in (story.boris.locator("#timeline"), page.locator("#case-timeline")):
        expect(place).to_contain_text("110番通報の受理番号を記録しました：A-4711")
    expect(page.locator("#case-timeline")).to_contain_text("レジ前で店員を怒鳴っている")
    expect(story.boris.locator("#timeline")).not_to_contain_text("レジ前で店員を怒鳴っている")
    steps_follow_the_facts(page)


def steps_follow_the_facts(page: Page) -> None:
    done = page.locator("#case-checklist .done")
    expect(done).to_have_count(3)
    for fact in ("音声を聴取", "出動を指示", "110番・119番通報"):
        expect(done.filter(has_text=fact)).to_be_visible()


def rosa_leaves_and_olga_closes_with_a_result(story: Story) -> None:
    page = story.olga.page
    page.get_by_role("button", name="結果を付けて終了").click()
    dialog = page.locator("#dialog-close")
    dialog.get_by_text("警察へ引き渡し").click()
    dialog.get_by_label("契約先への連絡文").fill("相手は警察官と退店しました。")
    dialog.get_by_role("button", name="この結果で終了する").click()
    expect(dialog.locator(".dialog-flash")).to_contain_text("まだ")  # the responder is there
    story.rosa.get_by_text("警察へ引き渡し").click()
    rosa_presses(story.rosa, "離脱")
    expect(story.rosa.get_by_text("現在、出動の指示はありません")).to_be_visible()
    assert "青い傘" not in story.rosa.content(), "the place stays on the phone"
    everybody_reads(story, "緊急対処員 M-14 が離脱しました")
    dialog.get_by_role("button", name="この結果で終了する").click()
    expect(page.locator("#case-head")).to_contain_text("終了")
    support = story.anna.locator("[data-support-line]")
    expect(support).to_contain_text("警備会社の対応が終わりました（警察へ引き渡し）")
    expect(story.boris.locator("#timeline")).to_contain_text("対応を終了しました")
    expect(page.locator("#case-timeline")).to_contain_text("相手は警察官と退店しました。")
    expect(page.locator("#case-checklist")).not_to_contain_text("遅れ")


def the_company_can_read_every_look(story: Story) -> None:
    case = Case.objects.get(company=story.live.company)
    found = run_in(
        story.live.company,
        lambda: [one.payload["verb"] for one in AuditEvent.objects.of(str(case.incident_id))],
    )
    for verb in (
        "case.viewed",
        "case.followed",
        "case.police_text",
        "incident.police_called",
        "dispatch.viewed",
    ):
        assert verb in found, found
