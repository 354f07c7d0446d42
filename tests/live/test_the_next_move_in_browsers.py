"""The second minute, everybody at their own screen: somebody on site is asked while the next one's
clock runs, the desk is silent and both sides stand in red, the desk takes it and finishes, the
company reads that and asks again, and she is attacked once more after 安全です.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from operations.models import Case
from people.models import SupervisorAssignment
from tenants.context import run_in
from tests.live.browsers import chromiums
from tests.live.conftest import Live
from tests.live.counter import Anna, anna_in, calls_of_boris, olga_closes, seconds_pass
from tests.live.desk import Console, console_at, on_shift, still

__all__ = ["on_shift"]

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Story:
    live: Live
    anna: Anna
    boris: Page
    olga: Console


@pytest.fixture
def story(live: Live, on_shift: None) -> Iterator[Story]:
    run_in(live.company, _second_is_on_site)
    with chromiums(None, None, None) as (annas, his, hers):
        boris = his.new_context(locale="ja", viewport={"width": 1440, "height": 960}).new_page()
        boris.goto(live.page(live.sign_in_path("boris")))
        yield Story(live, anna_in(live, annas), boris, console_at(live, hers, "olga"))


def _second_is_on_site() -> None:
    SupervisorAssignment.objects.filter(supervisor__user__username="second").update(on_site=True)


def test_the_second_minute_ends_in_silence_for_nobody(story: Story) -> None:
    boris_asks_those_on_site_while_the_clock_runs(story)
    the_desk_is_silent_and_both_stand_in_red(story)
    olga_takes_it_and_finishes(story)
    the_company_reads_it_and_asks_again(story)
    attacked_again_after_safe_everybody_is_called(story)


def boris_asks_those_on_site_while_the_clock_runs(story: Story) -> None:
    anna, boris = story.anna, story.boris
    anna.taps()
    boris.locator("#open-rows a").first.click()
    boris.get_by_role("button", name="確認しました").click()
    ask = boris.get_by_role("button", name="現場の人に頼む")
    expect(ask).to_contain_text("田中")
    still(boris, "next-move-choices.png")
    ask.click()
    expect(boris.locator("#timeline")).to_contain_text("現場の人（田中 陽子さん）に頼みました")
    clock = boris.locator("#actions [data-countdown]").first
    shown = clock.inner_text()
    expect(clock).not_to_have_text(shown)
    still(boris, "next-move-on-site.png")


def the_desk_is_silent_and_both_stand_in_red(story: Story) -> None:
    anna, boris = story.anna, story.boris
    anna.looks()
    anna.asks_for_support()
    expect(anna.support).to_contain_text("応答待ち")
    seconds_pass(story.live, 91)
    expect(anna.red).to_contain_text("警備会社が応答しません")
    expect(boris.locator(".danger-card")).to_contain_text("110番に電話してください")
    expect(boris.locator(".danger-card").get_by_role("link", name="110番")).to_be_in_viewport()
    anna.still("next-move-red-app.png")
    still(boris, "next-move-red.png")


def olga_takes_it_and_finishes(story: Story) -> None:
    story.olga.unlock()
    story.olga.press("a")
    expect(story.anna.red).to_be_hidden()
    expect(story.anna.support).to_contain_text("警備会社が対応中")
    expect(story.boris.locator(".danger-card")).to_be_hidden()
    olga_closes(story.live)
    expect(story.anna.support).to_contain_text("対応が終わりました")
    expect(story.boris.locator("#actions")).to_contain_text("警備会社の対応が終わりました")
    still(story.boris, "next-move-ended.png")


def the_company_reads_it_and_asks_again(story: Story) -> None:
    boris = story.boris
    boris.locator("#actions").get_by_text("もう一度要請する").first.click()
    boris.locator("#dialog-support button.danger").click()
    expect(boris.locator("#actions")).to_contain_text("応答待ち")
    states = Case.objects.filter(company=story.live.company).order_by("pk")
    assert [case.state for case in states] == ["closed", "requested"]
    expect(story.olga.cards).to_have_count(1)


def attacked_again_after_safe_everybody_is_called(story: Story) -> None:
    anna, live = story.anna, story.live
    anna.is_safe()
    before = calls_of_boris(live)
    anna.touch(anna.page.locator("[data-press-anew]"))
    expect(anna.line).to_contain_text("もう一度全員に連絡しました")
    assert calls_of_boris(live) == before + 1
    expect(story.boris.locator("#timeline")).to_contain_text("もう一度押しました")
    anna.still("next-move-again-app.png")
