"""The desk's part between people with a browser each: anna asks, the consoles ring, olga takes the
case, hears, sends a responder, records the police call and closes; boris and anna see each step.
"""

import os
import signal
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.permissions import Actor
from audit.models import AuditEvent
from demo.links import signer
from jobs.models import Job
from jobs.services import CHANNEL
from launcher.valkey import Valkey
from operations import dispatching
from operations.models import AccessGrant, Case, Centre, Dispatch, Handover, Shift, StepDone
from operations.selectors import actor_for
from operations.shifts import start_shift
from tenants.context import run_in
from tenants.models import Company
from tests.live import rig
from tests.live.browsers import chromiums
from tests.live.conftest import Live, LivePhone, Server, free_port
from tests.live.rig import Detector, Watch
from tests.live.test_reconnecting import COLLEAGUE
from tests.live.test_without_valkey import Broker

pytestmark = pytest.mark.browser

STILLS = os.environ.get("STILLS", "")
LIVE, LOST = "リアルタイム接続中", "再接続中"
BEEPS = 3
LEVEL = """function () {
  return Math.max(0, ...this.map((one) => {
    const samples = new Float32Array(one.fftSize);
    one.getFloatTimeDomainData(samples);
    return samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  }));
}"""
RUNNING = "function () { return this.some((one) => one.state === 'running'); }"


def desk_actor(username: str) -> Actor:
    ops = Company.objects.get(schema_name="ops")
    return run_in(ops, lambda: actor_for(User.objects.get(username=username)))


@pytest.fixture
def on_shift(live: Live) -> Iterator[None]:
    """Olga and otto are on shift, and nothing of other tests waits or comes: their ladders end.
    Afterwards nothing of the desk is left open."""
    ladders = Job.objects.filter(kind="escalation.climb", state=Job.State.PENDING)
    ladders.exclude(company=live.company).update(state=Job.State.CANCELLED)
    Case.objects.exclude(state="closed").update(
        state="closed", closed_at="2026-01-01T00:00:00Z", owner_until=None
    )
    tokyo = Centre.objects.get(name="東京管制センター")
    for username, console in (("olga", "02"), ("otto", "03")):
        start_shift(operator=desk_actor(username), centre=tokyo, console=console)
    yield
    mine = Case.objects.filter(company=live.company)
    for model in (AccessGrant, Dispatch, Handover, StepDone):
        model.objects.filter(case__in=mine).delete()
    mine.update(state="closed", closed_at="2026-01-01T00:00:00Z", owner_until=None)
    Shift.objects.all().delete()


@dataclass(frozen=True)
class Console:
    page: Page
    watch: Watch

    @property
    def cards(self):  # type: ignore[no-untyped-def]
        return self.page.locator(".card-of-queue")

    def unlock(self) -> None:
        self.page.locator("#sound-unlock").click()
        expect(self.page.locator("#sound-unlock")).to_be_hidden()

    def audio_runs(self) -> bool:
        return bool(self.watch.call(self.watch.objects("AudioContext"), RUNNING))

    def level(self) -> float:
        return float(self.watch.call(self.watch.objects("AnalyserNode"), LEVEL))

    def rings_within(self, seconds: float) -> float:
        """When sound left the page, in seconds from now."""
        began = time.monotonic()
        output = self.watch.objects("AnalyserNode")
        while float(self.watch.call(output, LEVEL)) < 0.05:
            assert time.monotonic() - began < seconds, "the console does not ring"
            self.page.wait_for_timeout(20)
        return time.monotonic() - began

    def is_silent_soon(self) -> None:
        """The last tones that were begun have ended."""
        quiet_since = time.monotonic()
        latest = quiet_since + 10
        while time.monotonic() - quiet_since < 2:
            if self.level() > 0.001:
                quiet_since = time.monotonic()
            assert time.monotonic() < latest, "the console goes on ringing"
            self.page.wait_for_timeout(50)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


def console_at(live: Live, browser: Browser, username: str, port: int = 0) -> Console:
    context = browser.new_context(
        locale="ja", timezone_id="Asia/Tokyo", viewport={"width": 1680, "height": 960}
    )
    page = context.new_page()
    token = quote(signer().sign(f"ops:{username}"))
    page.goto(f"http://ops.localhost:{port or live.server.port}/demo/sign-in/{token}/")
    page.goto(f"http://ops.localhost:{port or live.server.port}/console/")
    expect(page.locator("#connection")).to_contain_text(LIVE)
    return Console(page, Watch(page))


def still(page: Page, name: str) -> None:
    if STILLS:
        page.screenshot(path=Path(STILLS) / name)


def ask(phone: LivePhone, **more: object) -> str:
    """A tap that asks for the security company at once."""
    place = {"latitude": 35.684610, "longitude": 139.774120, "accuracy_m": 12}
    tap = {"tap_id": str(uuid.uuid4()), "level": "support", "location": place}
    answer = phone.send("POST", "/api/v1/incidents", json=tap | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@dataclass(frozen=True)
class Story:
    live: Live
    anna: Page
    boris: Page
    olga: Console
    otto: Console


@pytest.fixture
def story(live: Live, on_shift: None, tmp_path: Path) -> Iterator[Story]:
    with chromiums(rig.beep_file(tmp_path / "beeps.wav"), None) as (hers, theirs):
        annas = hers.new_context(
            locale="ja",
            timezone_id="Asia/Tokyo",
            permissions=["microphone", "geolocation"],
            geolocation={"latitude": 35.684610, "longitude": 139.774120, "accuracy": 12},
            viewport={"width": 375, "height": 812},
        )
        boris = theirs.new_context(locale="ja", viewport={"width": 1440, "height": 960}).new_page()
        boris.goto(live.page(live.sign_in_path("boris")))
        olga, otto = (console_at(live, theirs, name) for name in ("olga", "otto"))
        yield Story(live, annas.new_page(), boris, olga, otto)


def test_anna_asks_and_is_helped_and_everybody_sees_each_step(story: Story) -> None:
    consoles_wait(story)
    mouth = anna_asks_and_the_consoles_ring(story)
    olga_takes_it_and_otto_sees_who(story)
    olga_hears_anna(story, mouth)
    a_message_reaches_both(story)
    dispatch = olga_sends_m14(story)
    rosa_drives_there(story, dispatch)
    olga_records_the_police_call(story)
    olga_closes_with_a_result(story, dispatch)
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
    rig.enrol(anna, app)
    mouth = rig.tap(anna)
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
    olga.press("a")
    expect(olga.page.locator(".person-name")).to_contain_text("髙橋 美咲")
    expect(olga.page.locator("#case-warnings")).to_contain_text("青い傘")
    expect(otto.cards.first).to_contain_text("大野 玲子")
    expect(otto.cards.first.locator("[data-face]")).not_to_have_attribute("href", "")
    for console in (olga, otto):
        console.is_silent_soon()
    expect(story.anna.locator("[data-support-line]")).to_contain_text("大野 玲子が引き継ぎました")
    expect(story.boris.locator("#timeline")).to_contain_text("大野 玲子が引き継ぎました")


def olga_hears_anna(story: Story, mouth: Detector) -> None:
    olga = story.olga
    expect(olga.page.locator("#play")).to_be_enabled()
    assert olga.watch.is_silent(), "a page started sound by itself"
    olga.press("Space")
    olga.watch.until("/\\d/.test(document.querySelector('#player-delay').textContent)")
    ear = Detector(olga.watch, "ear")
    heard = ear.until(BEEPS)
    late = rig.delays(mouth.heard(), heard)
    sys.stdout.write(f"mouth to the operator's ear: median {statistics.median(late):.2f} s\n")
    assert set(rig.steps(heard)) == {1}, heard


def a_message_reaches_both(story: Story) -> None:
    page = story.olga.page
    page.locator("#case-messages").get_by_role("button", name="書く").click()
    page.locator("#dialog-message").get_by_text("警備会社が聴いています").click()
    expect(page.locator("#case-messages")).to_contain_text("警備会社が聴いています")
    expect(story.anna.locator("[data-messages]")).to_contain_text("警備会社が聴いています")
    expect(story.boris.locator("#timeline")).to_contain_text("警備会社が聴いています")
    assert not story.olga.watch.is_silent(), "listening was cut by something else"


def olga_sends_m14(story: Story) -> Dispatch:
    page = story.olga.page
    expect(page.locator("#case-responders")).to_contain_text("M-14")
    story.olga.press("d")
    dialog = page.locator("#dialog-dispatch")
    expect(dialog).to_contain_text("M-14に出動を指示しますか")
    dialog.get_by_role("button", name="出動指示").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#case-responders")).to_contain_text("この案件に出動中")
    expect(story.otto.cards.first).to_contain_text("出動中")
    for person, place in ((story.anna, "[data-support-line]"), (story.boris, "#timeline")):
        expect(person.locator(place)).to_contain_text("緊急対処員 M-14 に出動を指示しました")
    return Dispatch.objects.get(case__company=story.live.company)


def rosa_drives_there(story: Story, dispatch: Dispatch) -> None:
    rosa = desk_actor("rosa")
    for step in (dispatching.accept, dispatching.depart):
        step(dispatch_id=dispatch.public_id, actor=rosa)
    expect(story.anna.locator("[data-support-line]")).to_contain_text("向かっています")
    still(story.olga.page, "console.png")
    dispatching.arrive(dispatch_id=dispatch.public_id, actor=rosa)
    expect(story.olga.page.locator("#case-responders")).to_contain_text("現着")
    expect(story.anna.locator("[data-support-line]")).to_contain_text("M-14 が現着しました")
    expect(story.boris.locator("#timeline")).to_contain_text("M-14 が現着しました")


def olga_records_the_police_call(story: Story) -> None:
    page = story.olga.page
    story.olga.press("p")
    dialog = page.locator("#dialog-police")
    expect(dialog.locator("#read-aloud")).to_contain_text("東京都中央区日本橋1丁目")
    dialog.get_by_label("凶器").fill("なし")
    expect(dialog.locator("#read-aloud")).to_contain_text("凶器は、なし")
    still(page, "console-police.png")
    dialog.get_by_label("受理番号").fill("A-4711")
    dialog.get_by_label("警察署").fill("中央署")
    dialog.get_by_role("button", name="記録する", exact=True).click()
    expect(dialog).to_be_hidden()
    for person, place in (
        (story.olga.page, "#case-timeline"), (story.boris, "#timeline"),
        (story.anna, "[data-support-line]"),
    ):  # fmt: skip
        expect(person.locator(place)).to_contain_text("受理番号 A-4711")


def olga_closes_with_a_result(story: Story, dispatch: Dispatch) -> None:
    page = story.olga.page
    page.get_by_role("button", name="結果を付けて終了").click()
    dialog = page.locator("#dialog-close")
    dialog.get_by_text("警察へ引き渡し").click()
    dialog.get_by_role("button", name="この結果で終了する").click()
    expect(dialog.locator(".dialog-flash")).to_be_visible()
    expect(dialog.locator(".dialog-flash")).to_contain_text("まだ")  # the responder is there
    dispatching.leave(dispatch_id=dispatch.public_id, actor=desk_actor("rosa"), result="police")
    dialog.get_by_role("button", name="この結果で終了する").click()
    expect(page.locator("#case-head")).to_contain_text("終了")
    for person, place in ((story.boris, "#timeline"), (story.anna, "[data-support-line]")):
        expect(person.locator(place)).to_contain_text("対応を終了しました")


def the_company_can_read_every_look(story: Story) -> None:
    case = Case.objects.get(company=story.live.company)
    found = run_in(
        story.live.company,
        lambda: [one.payload["verb"] for one in AuditEvent.objects.of(str(case.incident_id))],
    )
    for verb in ("case.viewed", "case.followed", "case.police_text", "incident.police_called"):
        assert verb in found, found


# The owner's browser is killed


PROVE = bool(os.environ.get("PROVE"))


def olga_at_work(live: Live, browser: Browser, phone: LivePhone) -> Console:
    olga = console_at(live, browser, "olga")
    ask(phone)
    expect(olga.cards).to_have_count(1)
    olga.press("a")
    expect(olga.page.locator(".person-name")).to_be_visible()
    return olga


def owner_until(live: Live) -> datetime:
    found = Case.objects.get(company=live.company).owner_until
    assert found is not None
    return found


def test_a_killed_browser_loses_its_case_to_another_operator_within_a_minute(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None, None) as (hers, his):
        olga = olga_at_work(live, hers, phone)
        otto = console_at(live, his, "otto")
        otto.unlock()
        claimed = owner_until(live)
        latest = time.monotonic() + 15
        while owner_until(live) <= claimed:  # the console's beat keeps the case
            assert time.monotonic() < latest, "the console gives no sign of life"
            olga.page.wait_for_timeout(200)
        killed = time.monotonic()
        kill(hers)
        if not PROVE:
            moments_later(live)
        otto.page.locator("[data-waiting]").wait_for(timeout=60_000)
        otto.rings_within(5)
        otto.press("a")
        expect(otto.page.locator(".person-name")).to_contain_text("髙橋 美咲")
        sys.stdout.write(f"\nkilled -> owned by another: {time.monotonic() - killed:.1f} s\n")
        assert time.monotonic() - killed < 60
        case = Case.objects.get(company=live.company)
        assert str(case.owner_id) == desk_actor("otto").id
        hers_now = AccessGrant.objects.in_force().filter(operator_id=desk_actor("olga").id)
        assert not hers_now.filter(case=case).exists()


def kill(browser: Browser) -> None:
    """Without a goodbye, as when the machine dies."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    (main,) = [one["id"] for one in found["processInfo"] if one["type"] == "browser"]
    os.kill(main, signal.SIGKILL)


def moments_later(live: Live) -> None:
    """The clock is a column: 45 seconds have passed since her console was heard."""
    past = timezone.now() - timedelta(seconds=1)
    Case.objects.filter(company=live.company).update(owner_until=past)
    Job.objects.filter(kind="operations.owner_lost", company=live.company).update(due_at=past)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


# What the console stands on goes away


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    running = Broker(Valkey.in_folder(tmp_path))
    running.start()
    yield running
    running.kill()


@pytest.fixture
def own_web(own_broker: Broker) -> Iterator[Server]:
    web = Server(free_port(), environment={"REDIS_URL": own_broker.valkey.url}, roles=("web",))
    web.start()
    yield web
    web.stop()


def test_the_console_comes_back_by_itself_after_web_and_valkey_were_lost(
    live: Live, on_shift: None, phone: LivePhone, own_web: Server, own_broker: Broker
) -> None:
    there = Live(live.company, own_web)
    with chromiums(None) as (browser,):
        olga = olga_at_work(there, browser, LivePhone(there, phone.token))
        page = olga.page
        page.evaluate("window.neverReloaded = true")
        before = owner_until(live)
        own_web.kill("web")
        expect(page.locator("#connection")).to_contain_text(LOST)
        own_web.start()
        back(page, "web")
        own_broker.kill()
        expect(page.locator("#connection")).to_contain_text(LOST)
        # Without the broker the queue is asked for, and the case stays in her hands.
        ask(LivePhone(there, live.enrol("android", COLLEAGUE).token))
        olga.rings_within(10)
        expect(page.locator("[data-waiting]")).to_have_count(1)
        expect(page.locator(".person-name")).to_contain_text("髙橋 美咲")
        own_broker.start()
        back(page, "valkey")
        assert owner_until_of(live, page) > before, "no sign of life without the socket"
        assert page.evaluate("window.neverReloaded")


def back(page: Page, what: str) -> None:
    began = time.monotonic()
    expect(page.locator("#connection")).to_contain_text(LIVE, timeout=10_000)
    sys.stdout.write(f"\n{what} is there -> live again: {time.monotonic() - began:.1f} s\n")


def owner_until_of(live: Live, page: Page) -> datetime:
    open_case = page.locator("[data-case-page]").get_attribute("data-case-page")
    found = Case.objects.get(public_id=open_case, company=live.company).owner_until
    assert found is not None
    return found


# Keys


def test_keys_never_work_while_something_is_typed_and_can_be_switched_off(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None) as (browser,):
        olga = console_at(live, browser, "olga")
        page = olga.page
        ask(phone)
        expect(olga.cards).to_have_count(1)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.locator("#search").focus()
        olga.press("a")
        expect(page.locator("#search")).to_have_value("a")
        page.locator("#search").fill("")
        page.locator("#search").blur()
        expect(olga.cards.first).to_be_visible()
        page.evaluate(COMPOSING)
        olga.press("?")
        page.locator("#keys-switch").uncheck()
        leave_dialog(olga)
        olga.press("a")
        olga.press("?")  # the list itself can always be opened
        page.locator("#keys-switch").check()
        leave_dialog(olga)
        olga.press("j")
        assert page.evaluate("document.activeElement.matches('.card-of-queue [data-face]')")
        assert not [url for url in asked if "/claim/" in url], "a key worked that should not have"
        olga.press("a")
        expect(page.locator(".person-name")).to_be_visible()
        olga.press("n")
        page.locator("#note-text").press_sequentially("dpa")
        expect(page.locator("#dialog-note")).to_be_visible()
        expect(page.locator("#note-text")).to_have_value("dpa")


def leave_dialog(console: Console) -> None:
    console.press("Escape")
    console.watch.until("document.activeElement === document.body")


COMPOSING = """for (const more of [{ isComposing: true }, { keyCode: 229 }]) {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, ...more }));
}"""
