"""What anna's phone shows while nobody comes, when somebody does, and when she presses again."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Route, expect

from accounts.models import User
from incidents.models import Incident, IncidentEvent
from notifications.models import Notice
from operations.models import Case
from people.models import AppSettings, Employee
from tenants.context import run_in
from tenants.models import Contract
from tests.live.conftest import ANNA, Live
from tests.live.counter import (
    LONG,
    SHORT,
    Anna,
    anna,
    boris,
    boris_writes,
    calls_of_boris,
    desk_is_silent,
    olga_closes,
    olga_takes_it,
    seconds_pass,
)
from tests.live.desk import on_shift
from tests.live.media_client import Watch
from tests.support.exercises import announce
from tests.support.waiting import until

__all__ = ["anna", "on_shift"]

pytestmark = pytest.mark.browser


# Nobody comes


def test_a_silent_desk_stands_in_red_and_opens_the_black_screen(anna: Anna) -> None:
    anna.taps()
    anna.looks()
    anna.asks_for_support()
    expect(anna.support).to_contain_text("応答待ち")
    anna.touch(anna.page.locator("[data-hide]"))
    seconds_pass(anna.live, 91)
    expect(anna.red).to_be_visible()
    expect(anna.veil).to_be_hidden()
    expect(anna.red).to_contain_text("警備会社が応答しません")
    expect(anna.red).to_contain_text("110番に電話してください")
    call = anna.red.get_by_role("link", name="110番に電話")
    expect(call).to_be_in_viewport(ratio=1)
    expect(call).to_have_attribute("href", "tel:110")
    expect(anna.page.locator("[data-police]")).to_be_hidden()
    expect(anna.page.locator("[data-support-word]")).to_have_text("警備会社にもう一度要請する")
    assert LONG in anna.felt()
    assert anna.page.evaluate("window.tones") == 0, "it is not quiet beside an attacker"
    anna.shows("desk-silent")

    # Only she closes it again; then the one line says the same.
    anna.touch(anna.page.locator("[data-hide]"))
    expect(anna.line).to_have_text(re.compile("^警備会社が応答しません・"))
    expect(anna.veil).to_have_attribute("data-tone", "bad")
    anna.still("app-desk-silent-veil.png")


def test_a_bright_screen_warns_with_a_sound_too(live: Live, anna: Anna) -> None:
    run_in(live.company, lambda: AppSettings.objects.create(pk=1, screen_after_tap="bright"))
    with anna.page.expect_response(lambda answer: answer.url.endswith("/api/v1/device")):
        anna.page.reload()
    anna.page.wait_for_load_state("networkidle")
    anna.page.locator("[data-press]").click()
    expect(anna.veil).to_be_hidden()
    desk_is_silent(anna)
    expect(anna.red).to_be_visible()
    Watch(anna.page).until("window.tones === 3")


@pytest.fixture
def no_contract(live: Live) -> None:
    Contract.objects.filter(company=live.company).delete()


def test_without_a_contract_110_stands_there_until_somebody_comes(
    live: Live, no_contract: None, anna: Anna
) -> None:
    anna.taps()
    anna.looks()
    expect(anna.page.locator("[data-support]")).to_be_hidden()
    expect(anna.page.locator("[data-police]")).to_be_visible()
    anna.touch(anna.page.locator("[data-hide]"))
    for called in (2, 3):
        seconds_pass(live, 31)
        until(live, lambda called=called: Notice.objects.filter(kind="alarm").count() >= called)
    expect(anna.red).to_contain_text("まだ誰も向かっていません")
    expect(anna.veil).to_be_hidden()
    anna.shows("nobody-came")
    boris(live, "head-out")
    expect(anna.red).to_be_hidden()
    expect(anna.headline).to_have_text("佐藤さんが向かっています")


def test_that_nobody_has_been_reached_is_said_at_once(
    live: Live, no_contract: None, anna: Anna
) -> None:
    run_in(live.company, only_she_is_left)
    anna.page.locator("[data-press]").click()
    expect(anna.red).to_contain_text("誰にも届いていません")
    expect(anna.veil).to_be_hidden()
    anna.shows("nobody-reached")


def only_she_is_left() -> None:
    """The last administrator stays, and is the one who calls for help."""
    User.objects.exclude(username="hanna").update(is_active=False)
    hanna = User.objects.get(username="hanna")
    Employee.objects.filter(user=hanna).update(user=None)
    Employee.objects.filter(number=ANNA).update(user=hanna)


def test_a_drill_sends_nobody_to_the_telephone(live: Live, anna: Anna) -> None:
    run_in(live.company, announce)
    anna.page.reload()
    expect(anna.page.locator("[data-exercise]")).to_be_visible()
    anna.touch(anna.page.locator("[data-press]"))
    anna.press("訓練")
    expect(anna.line).to_contain_text("届きました")
    for called in (2, 3):
        seconds_pass(live, 31)
        until(live, lambda called=called: is_called(called))
    expect(anna.red).to_contain_text("訓練です。本当の通報では、ここで110番に電話します。")
    expect(anna.red.get_by_role("link", name="110番に電話")).to_be_hidden()
    expect(anna.support).to_contain_text("訓練のため、警備会社には要請していません")
    anna.shows("drill")
    anna.press("本当の通報に切り替える")
    expect(anna.red).to_be_hidden()
    until(live, lambda: not Incident.objects.exclude(drill="none").open().exists())


# Somebody comes, somebody writes


def test_the_newest_fact_stands_on_the_black_screen_and_is_felt(live: Live, anna: Anna) -> None:
    anna.taps()
    expect(anna.line).to_contain_text("録音なし")
    boris(live, "acknowledge")
    expect(anna.line).to_have_text(re.compile("^佐藤さんが確認しました・[0-9]{2}:[0-9]{2}"))
    boris_writes(live, "離れられるなら、その場を離れてください")
    expect(anna.line).to_have_text(re.compile("^佐藤：離れられるなら、その場を離れてください・"))
    anna.still("app-message-veil.png")
    boris(live, "head-out")
    expect(anna.line).to_have_text(re.compile("^佐藤さんが向かっています・[0-9]{2}:[0-9]{2}"))
    expect(anna.veil).to_have_attribute("data-tone", "good")
    anna.still("app-coming-veil.png")
    assert anna.felt() == [SHORT, SHORT, SHORT]
    anna.looks()
    expect(anna.headline).to_have_text("佐藤さんが向かっています")
    anna.shows("coming")

    # Something newer does not hide that he comes.
    seconds_pass(live, 5)
    boris_writes(live, "あと1分です")
    expect(anna.headline).to_have_text("佐藤：あと1分です")
    expect(anna.page.locator("[data-state-also]")).to_contain_text("佐藤さんが向かっています")
    boris(live, "arrive")
    expect(anna.headline).to_have_text("佐藤さんが着きました")


def test_who_cannot_come_after_all_is_not_said_to_be_on_the_way(live: Live, anna: Anna) -> None:
    anna.taps()
    boris(live, "head-out")
    expect(anna.line).to_contain_text("佐藤さんが向かっています")
    boris(live, "cannot-come")
    expect(anna.line).to_contain_text("佐藤さんは来られないようです")


def test_that_there_is_news_is_not_lost_where_it_cannot_be_read(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.page.route("**/api/v1/incidents/*", lambda route: route.abort())
    boris(live, "head-out")
    expect(anna.line).to_contain_text("新しい知らせがあります")
    assert anna.felt() == [SHORT]
    anna.page.unroute_all()
    expect(anna.line).to_contain_text("佐藤さんが向かっています")


# The security company


def test_each_claim_about_the_desk_stands_only_while_it_is_so(
    live: Live, on_shift: None, anna: Anna
) -> None:
    anna.taps()
    anna.looks()
    boris(live, "support")
    expect(anna.headline).to_have_text("上司が警備会社に要請しました")
    expect(anna.page.locator("[data-support]")).to_be_hidden()
    anna.shows("desk-asked")
    olga_takes_it(live)
    expect(anna.support).to_contain_text("警備会社が対応中")
    expect(anna.support).to_contain_text("大野 玲子さんが引き継ぎました")
    expect(anna.support).not_to_contain_text("応答待ち")
    anna.shows("desk-acts")
    olga_closes(live)
    expect(anna.support).to_contain_text("警備会社の対応が終わりました（沈静化）")
    expect(anna.support).not_to_contain_text("対応中")
    anna.shows("desk-ended")
    anna.asks_for_support()
    expect(anna.support).to_contain_text("警備会社に要請しました")
    assert Case.objects.filter(company=live.company).count() == 2


def test_that_the_ladder_asked_is_said(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    for called in (2, 3):
        seconds_pass(live, 31)
        until(live, lambda called=called: is_called(called))
    expect(anna.support).to_contain_text("自動で警備会社へ要請しました")
    anna.shows("desk-asked-by-itself")


def is_called(steps: int) -> bool:
    incident = Incident.objects.get()
    rungs = incident.rungs.filter(first_called_at__isnull=False).count()
    return rungs + (incident.support_requested_at is not None) >= steps


# Again


def test_pressed_again_after_she_was_safe_boris_is_called_again(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    before = calls_of_boris(live)
    anna.is_safe()
    expect(anna.page.locator("[data-recording-only]")).to_be_hidden()
    assert run_in(live.company, lambda: Incident.objects.get().is_open)
    anna.shows("safe")
    anna.touch(anna.page.locator("[data-press-anew]"))
    expect(anna.line).to_contain_text("もう一度全員に連絡しました")
    assert calls_of_boris(live) == before + 1
    anna.looks()
    expect(anna.headline).to_have_text("もう一度全員に連絡しました")
    expect(anna.page.locator("[data-recording-only]")).to_be_visible()
    anna.shows("called-again")
    assert run_in(live.company, Incident.objects.count) == 1


@pytest.mark.parametrize("button", ["もう一度知らせる", "まだ続いています"])
def test_again_says_only_what_then_happens(live: Live, anna: Anna, button: str) -> None:
    anna.taps()
    anna.looks()
    boris(live, "head-out")
    expect(anna.headline).to_have_text("佐藤さんが向かっています")
    before = calls_of_boris(live)
    seconds_pass(live, 12)
    anna.press(button)
    # Everybody was called 12 seconds ago: it is put off, and she reads until when.
    expect(anna.headline).to_have_text("まもなく、もう一度全員に連絡します")
    expect(anna.page.locator("[data-state-detail]")).to_have_text(re.compile("あと 00:1[0-9]"))
    expect(anna.page.locator("[data-state-also]")).to_contain_text("佐藤さんが向かっています")
    anna.still("app-called-soon.png")
    assert calls_of_boris(live) == before
    seconds_pass(live, 30)
    expect(anna.headline).to_have_text("もう一度全員に連絡しました")
    assert calls_of_boris(live) == before + 1


def test_what_she_says_is_sent_until_it_is_answered_and_is_one(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    sent: list[str] = []

    def arrives_but_its_answer_is_lost(route: Route) -> None:
        asked = route.request
        sent.append((asked.post_data_json or {})["client_id"])
        headers = asked.headers | {"Host": live.host}
        path = urlsplit(asked.url).path
        assert requests.post(live.url + path, asked.post_data, headers=headers, timeout=10).ok
        route.abort()

    anna.page.route("**/answer", arrives_but_its_answer_is_lost, times=2)
    seconds_pass(live, 12)
    with anna.page.expect_response("**/answer"):
        anna.press("まだ続いています")
    expect(anna.headline).to_have_text(re.compile("もう一度"))
    assert (len(sent), len(set(sent))) == (2, 1)
    lines = IncidentEvent.objects.filter(kind="still_going")
    assert run_in(live.company, lines.count) == 1


def test_a_second_call_that_does_not_arrive_is_said_in_red(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    anna.page.route("**/api/v1/incidents", lambda route: route.abort())
    anna.press("もう一度知らせる")
    anna.touch(anna.page.locator("[data-hide]"))
    expect(anna.red).to_contain_text("もう一度の知らせが届いていません", timeout=10_000)
    expect(anna.veil).to_be_hidden()
    anna.shows("again-not-arrived")
    anna.page.reload()  # what she said is not forgotten by that
    anna.page.unroute_all()
    expect(anna.page.locator("[data-state-line]")).to_contain_text("もう一度")
    expect(anna.red).to_be_hidden()


def test_a_press_that_came_late_asks_whether_help_is_needed(live: Live, anna: Anna) -> None:
    anna.page.route("**/api/v1/incidents", twenty_minutes_late)
    anna.page.locator("[data-press]").click()
    question = anna.page.locator("[data-came-late-box]")
    expect(question).to_contain_text("20分前の通報が、いま届きました。まだ助けが必要ですか？")
    expect(anna.veil).to_be_hidden()
    anna.shows("came-late")
    anna.touch(question.get_by_role("button", name="まだ続いています"))
    expect(question).to_be_hidden()


def twenty_minutes_late(route: Route) -> None:
    body: dict[str, Any] = route.request.post_data_json or {}
    pressed = datetime.fromisoformat(body["pressed_at"]) - timedelta(minutes=20)
    late = {"pressed_at": pressed.isoformat(), "sent_at": body["pressed_at"]}
    route.continue_(post_data=json.dumps(body | late))


# Afterwards


def test_an_alarm_that_is_over_leaves_the_button_free(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    anna.is_safe()
    boris(live, "close", outcome="resolved", presses="0")
    expect(anna.headline).to_have_text("佐藤さんが終了しました")
    anna.page.reload()
    expect(anna.page.locator("[data-press]")).to_be_visible()
    expect(anna.veil).to_be_hidden()
    expect(anna.page.locator("[data-after-box]")).to_contain_text("前回の通報は終了しました")
    anna.shows("after")
