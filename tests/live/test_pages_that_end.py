"""A page that may go on no longer says so once, with a way back, and keeps what was being typed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import User
from accounts.roles import Role
from operations.models import Case
from tenants.context import run_in
from tenants.models import Company
from tests.live import media_client
from tests.live.browsers import chromium, chromiums
from tests.live.conftest import Live, LivePhone
from tests.live.desk import ask, console_at, on_shift
from tests.live.media_client import Watch

__all__ = ["on_shift"]

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1440, "height": 900}
PATIENCE = 20_000  # a web process knows of a suspension within 10 s
SIGNED_OUT = "サインインが終わったため"
SUSPENDED = "サービスは停止されています"
NO_RIGHT = "この画面を見る権限がなくなりました"
TYPED = "裏口の鍵は開いています"


def signs_out_elsewhere(live: Live, page: Page) -> None:
    other = page.context.new_page()
    other.goto(live.page("/accounts/logout/"))
    other.locator("main form button").first.click()
    other.wait_for_url("**/accounts/login/**")
    other.close()


def is_deactivated(live: Live, _page: Page) -> None:
    run_in(live.company, lambda: User.objects.filter(username="boris").update(is_active=False))


def company_is_suspended(live: Live, _page: Page) -> None:
    Company.objects.filter(pk=live.company.pk).update(is_suspended=True)


@pytest.mark.parametrize(
    ("what_happens", "sentence", "way_on"),
    [
        (signs_out_elsewhere, SIGNED_OUT, "サインインし直す"),
        (is_deactivated, SIGNED_OUT, "サインインし直す"),
        (company_is_suspended, SUSPENDED, "もう一度確かめる"),
    ],
)
def test_an_alarms_page_that_has_ended_shows_one_sentence_and_nothing_else(
    live: Live,
    phone: LivePhone,
    what_happens: Callable[[Live, Page], None],
    sentence: str,
    way_on: str,
) -> None:
    incident = phone.tap()["id"]
    with chromium() as browser:
        page = boris_at(live, browser.new_context(locale="ja").new_page(), incident)
        what_happens(live, page)
        ended = page.locator("#ended")
        expect(ended.get_by_role("link", name=way_on)).to_be_visible(timeout=PATIENCE)
        expect(ended.get_by_text(sentence)).to_be_visible()
        assert ended.locator("[data-why]:visible").count() == 1
        expect(page.locator("#connection")).not_to_have_attribute("data-state", "live")
        page.keyboard.press("Escape")
        expect(ended).to_be_visible()
        covered = "document.elementFromPoint(20, 20).closest('#ended') !== null"
        assert page.evaluate(covered), "what the page showed can still be pressed"


def boris_at(live: Live, page: Page, incident: str) -> Page:
    page.goto(live.page(live.sign_in_path("boris")))
    page.goto(live.page(f"/portal/incidents/{incident}/"))
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    return page


def test_a_sign_in_that_ends_while_boris_listens_ends_the_sound_and_keeps_his_words(
    live: Live, tones: Path
) -> None:
    with chromiums(tones, None) as (hers, his):
        permissions = ["microphone", "geolocation"]
        anna = hers.new_context(locale="ja", permissions=permissions).new_page()
        media_client.enrol(anna, live.page(f"/app/#code={live.code()}"))
        media_client.tap(anna)
        page = his.new_context(locale="ja", viewport=DESK).new_page()
        watch = Watch(page)
        page.goto(live.page(live.sign_in_path("boris")))
        media_client.open_alarm(watch)
        media_client.listen(watch)
        page.locator("[data-dialog='dialog-note']:visible").first.click()
        page.locator("#note-text").fill(TYPED)

        run_in(live.company, Session.objects.all().delete)
        page.locator("#dialog-note button.primary").click()
        way_back = page.locator("#ended").get_by_role("link", name="サインインし直す")
        expect(way_back).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#player-delay")).to_have_text("", timeout=PATIENCE)
        here = page.url
        way_back.click()
        assert "/accounts/login/?next=/portal/incidents/" in page.url.replace("%2F", "/")
        page.goto(live.page(live.sign_in_path("boris")))
        page.goto(here)
        expect(page.locator("#dialog-note")).to_be_visible()
        expect(page.locator("#note-text")).to_have_value(TYPED)
        page.locator("#dialog-note button.primary").click()
        expect(page.locator("#timeline")).to_contain_text(TYPED)
        page.reload()
        expect(page.locator("#timeline")).to_contain_text(TYPED)
        expect(page.locator("#dialog-note")).to_be_hidden()


def test_back_and_reload_in_the_middle_of_a_dialog_lose_nothing_and_show_nobody_elses(
    live: Live, phone: LivePhone
) -> None:
    incident = phone.tap()["id"]
    with chromium() as browser:
        page = browser.new_context(locale="ja").new_page()
        page.goto(live.page(live.sign_in_path("boris")))
        page.goto(live.page(f"/portal/incidents/{incident}/?do=message"))
        words, message = page.locator("#message-text"), page.locator("#dialog-message")
        words.fill(TYPED)
        sent_as = message.locator("[name=client_id]").input_value()
        page.reload()
        expect(words).to_have_value(TYPED)
        assert message.locator("[name=client_id]").input_value() == sent_as, "it would count twice"
        page.goto(live.page("/portal/"))
        page.go_back()
        expect(message).to_be_visible()
        expect(words).to_have_value(TYPED)

        page.goto(live.page("/portal/"))
        page.context.clear_cookies()
        page.goto(live.page(live.sign_in_path("second")))
        page.goto(live.page(f"/portal/incidents/{incident}/"))
        expect(page.locator("h1").first).to_be_visible()
        expect(words).to_have_value("")
        expect(message).to_be_hidden()


def test_two_tabs_of_one_operator_agree_and_a_right_withdrawn_ends_both(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromium() as browser:
        first = console_at(live, browser, "olga").page
        second = first.context.new_page()
        second.goto(first.url)
        ask(phone)
        for page in (first, second):
            expect(page.locator("[data-waiting]")).to_have_count(1, timeout=PATIENCE)
        first.locator(".card-of-queue button").first.click()
        expect(first.locator(".person-name")).to_contain_text("髙橋 美咲")
        expect(second.locator("[data-waiting]")).to_have_count(0)
        second.locator(".card-of-queue [data-face]").first.click()
        expect(second.locator(".person-name")).to_contain_text("髙橋 美咲")
        assert Case.objects.get(company=live.company).owner_id is not None

        olgas_roles([Role.RESPONDER])
        try:
            for page in (first, second):
                expect(page.get_by_text(NO_RIGHT)).to_be_visible(timeout=PATIENCE)
        finally:
            olgas_roles([Role.OPERATOR])
        # Each looks again by itself and is there as before.
        for page in (first, second):
            expect(page.locator("#connection")).to_have_attribute(
                "data-state", "live", timeout=PATIENCE
            )
            expect(page.locator("#ended")).to_be_hidden()


def olgas_roles(roles: list[str]) -> None:
    ops = Company.objects.get(schema_name="ops")
    run_in(ops, lambda: User.objects.filter(username="olga").update(roles=roles))
