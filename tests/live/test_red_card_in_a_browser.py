"""What anna's phone shows while nobody comes, when somebody does, and when she presses again.

Her phone is a real browser; what the others do goes through their own doors. Time does not pass by
waiting: every deadline is a column.
"""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection
from django.db.models import DateTimeField, F
from django.test import Client
from playwright.sync_api import Locator, Route, expect

from accounts.models import User
from incidents.models import Incident, IncidentEvent, Message
from jobs.models import Job
from jobs.services import CHANNEL
from notifications.models import Notice
from operations.models import Case
from operations.services import claim, close_case
from people.models import AppSettings, Employee
from tenants.context import run_in
from tenants.models import Contract
from tests.conftest import signed_in
from tests.live import rig
from tests.live.browsers import chromium
from tests.live.conftest import ANNA, Live
from tests.live.desk import desk_actor, on_shift
from tests.live.hands import Hands
from tests.live.rig import Watch
from tests.live.test_exercise_in_a_browser import announce
from tests.live.test_two_devices import until

__all__ = ["on_shift"]

pytestmark = pytest.mark.browser

FEELS = """
window.felt = [];
navigator.vibrate = (pattern) => window.felt.push([pattern].flat()[0]);
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones += 1; start.apply(this, when); };
"""
SHORT, LONG = 80, 500


@dataclass
class Anna(Hands):
    """At the counter, with her phone."""

    live: Live = field(kw_only=True)

    @property
    def veil(self) -> Locator:
        return self.page.locator("[data-veil]")

    @property
    def line(self) -> Locator:
        """The one line of the black screen."""
        return self.page.locator("[data-veil-line]")

    @property
    def headline(self) -> Locator:
        return self.page.locator("[data-state-line]")

    @property
    def red(self) -> Locator:
        return self.page.locator("[data-red]")

    @property
    def support(self) -> Locator:
        return self.page.locator("[data-support-state]")

    def taps(self) -> None:
        self.page.locator("[data-press]").click()
        expect(self.veil).to_be_visible()
        expect(self.line).to_contain_text("届きました")

    def looks(self) -> None:
        self.veil.click()
        expect(self.veil).to_be_hidden()

    def asks_for_support(self) -> None:
        self.touch(self.page.locator("[data-support]"))
        self.page.locator("#ask-support button[value=yes]").click()

    def is_safe(self) -> None:
        self.touch(self.page.locator("[data-safe]"))
        self.page.locator("#ask-safe button[value=yes]").click()
        expect(self.headline).to_have_text("「安全です」と伝えました")

    def felt(self) -> list[int]:
        return list(self.page.evaluate("window.felt"))

    def shows(self, name: str) -> None:
        """For whoever wants to look: on a phone, and on a small one."""
        self.still(f"app-{name}.png")
        self.page.set_viewport_size({"width": 320, "height": 568})
        assert self.page.evaluate("document.scrollingElement.scrollWidth") <= 320
        self.still(f"app-{name}-small.png")
        self.page.set_viewport_size({"width": 375, "height": 812})


@pytest.fixture
def anna(live: Live) -> Iterator[Anna]:
    with chromium() as browser:
        context = browser.new_context(
            locale="ja", timezone_id="Asia/Tokyo", viewport={"width": 375, "height": 812}
        )
        context.add_init_script(FEELS)
        page = context.new_page()
        rig.enrol(page, live.page(f"/app/#code={live.code()}"))
        expect(page.locator("[data-holder]").first).not_to_be_empty()
        yield Anna(page, live=live)


def seconds_pass(live: Live, seconds: int) -> None:
    """Each moment that the alarm knows lies so much further back, and what is due comes due."""
    by = timedelta(seconds=seconds)

    def put_back() -> None:
        for model in (Incident, IncidentEvent, Message):
            moments = [one.name for one in model._meta.fields if isinstance(one, DateTimeField)]
            model.objects.update(**{name: F(name) - by for name in moments})
        waiting = Job.objects.filter(company_id=live.company.pk, state=Job.State.PENDING)
        waiting.update(due_at=F("due_at") - by)
        Case.objects.filter(company=live.company).update(waiting_since=F("waiting_since") - by)

    run_in(live.company, put_back)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def desk_is_silent(anna: Anna) -> None:
    anna.asks_for_support()
    expect(anna.support).to_contain_text(
        re.compile(r"警備会社に要請しました.*応答待ち 00:0\d", re.S)
    )
    seconds_pass(anna.live, 91)


def boris(live: Live, deed: str, **form: str) -> None:
    """At his desk."""
    incident = run_in(live.company, lambda: Incident.objects.latest("opened_at").public_id)
    answer = by_portal(live).post(f"/portal/incidents/{incident}/{deed}/", form)
    assert answer.status_code in {200, 302}, answer.content


def by_portal(live: Live) -> Client:
    host = f"{live.company.schema}.localhost"
    return run_in(live.company, lambda: signed_in(User.objects.get(username="boris"), host))


def boris_writes(live: Live, text: str) -> None:
    boris(live, "message", client_id=str(uuid.uuid4()), text=text)


def calls_of_boris(live: Live) -> int:
    return run_in(
        live.company,
        Notice.objects.filter(kind="alarm", recipient_user__username="boris").count,
    )


def olga_takes_it(live: Live) -> None:
    case = Case.objects.get(company=live.company)
    claim(case_id=case.public_id, operator=desk_actor("olga"))


def olga_closes(live: Live) -> None:
    case = Case.objects.get(company=live.company)
    close_case(case_id=case.public_id, operator=desk_actor("olga"), result="calmed")


# Nobody comes


def test_a_silent_desk_stands_in_red_and_opens_the_black_screen(anna: Anna) -> None:
    anna.taps()
    anna.looks()
    desk_is_silent(anna)
    anna.touch(anna.page.locator("[data-hide]"))
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
    expect(anna.support).to_contain_text("応答がなかったため、自動で警備会社に要請しました")
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
        sent.append(asked.post_data_json["client_id"])
        headers = asked.headers | {"Host": live.host}
        path = urlsplit(asked.url).path
        assert requests.post(live.url + path, asked.post_data, headers=headers, timeout=10).ok
        route.abort()

    anna.page.route("**/answer", arrives_but_its_answer_is_lost, times=2)
    seconds_pass(live, 12)
    anna.press("まだ続いています")
    expect(anna.headline).to_have_text(re.compile("もう一度"))
    assert len(set(sent)) == 1
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
    body = route.request.post_data_json
    pressed = datetime.fromisoformat(body["pressed_at"]) - timedelta(minutes=20)
    route.continue_(post_data=json.dumps(body | {"pressed_at": pressed.isoformat()}))


# Afterwards


def test_an_alarm_that_is_over_leaves_the_button_free(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    anna.is_safe()
    boris(live, "close", outcome="resolved")
    expect(anna.headline).to_have_text("佐藤さんが終了しました")
    anna.page.reload()
    expect(anna.page.locator("[data-press]")).to_be_visible()
    expect(anna.veil).to_be_hidden()
    expect(anna.page.locator("[data-after-box]")).to_contain_text("前回の通報は終了しました")
    anna.shows("after")
