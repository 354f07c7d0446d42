"""Sound that the server refuses is evidence all the same: the device keeps it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from recordings.models import QuarantinedUnit, Unit
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live, LivePhone
from tests.live.media_client import leave_set_up
from tests.recordings.sounds import unit
from tests.support.sound import put

pytestmark = pytest.mark.browser

TAKEN = 4
STORED = """([store, key]) => new Promise((done) => {
  indexedDB.open('sobani').onsuccess = ({ target: { result: db } }) => {
    const found = db.transaction(store).objectStore(store);
    (key ? found.get(key) : found.getAll()).onsuccess = ({ target }) => done(target.result);
  };
})"""


def refused_on(page: Page) -> dict[tuple[str, int], tuple[int, str]]:
    """What the browser has kept of it: number, answer and digest."""
    units: list[dict[str, Any]] = page.evaluate(STORED, ["units", None])
    kept = [one for one in units if "refused" in one]
    return {(one["client_id"], one["seq"]): (one["refused"], one["digest"]) for one in kept}


class Traffic:
    """Every answer that a page got."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answers: list[Response] = []
        page.on("response", lambda answer: self.answers.append(answer))

    def of(self, recording: str, seq: int) -> list[Response]:
        return [one for one in self.answers if one.url.endswith(f"/{recording}/units/{seq}")]

    def acknowledged(self, recording: str, seq: int) -> Response:
        for _look in range(100):
            if good := [one for one in self.of(recording, seq) if one.ok]:
                return good[0]
            self.page.wait_for_timeout(100)
        raise TimeoutError(f"unit {seq} was not acknowledged")


def anna_taps(page: Page, app: str) -> tuple[str, str]:
    """Her recording, by the server's name and by her own."""
    page.goto(app)
    page.get_by_role("button", name="登録する").click()
    leave_set_up(page)
    with page.expect_response(lambda one: one.url.endswith("/recordings")) as registered:
        page.locator("[data-press]").click()
    answer = registered.value
    asked: Any = answer.request.post_data_json
    return answer.json()["id"], asked["client_id"]


def anna_is_safe(page: Page) -> None:
    page.locator("[data-safe]").click()
    page.locator("#ask-safe").get_by_role("button", name="安全です").click()
    expect(page.locator("[data-leave]")).to_be_visible()


def test_other_sound_under_this_number_never_costs_the_device_its_own(
    live: Live, tones: Path
) -> None:
    app = live.page(f"/app/#code={live.code()}")
    with chromium(sound=tones) as browser:
        page = browser.new_context(locale="ja", permissions=["microphone"]).new_page()
        traffic = Traffic(page)
        first, client = anna_taps(page, app)

        # An earlier installation of hers has used the number already.
        hers = LivePhone(live, page.evaluate(STORED, ["facts", "token"]))
        with page.expect_response(lambda one: one.status == 409) as refusal:
            assert put(hers, first, TAKEN, unit()).status_code == 201
        assert refusal.value.url.endswith(f"/{first}/units/{TAKEN}")
        digest = refusal.value.request.headers["content-digest"].split(":")[1]
        kept = {(client, TAKEN): (409, digest)}

        # The rest of this recording passes that number; what is said now goes into a new one.
        passed = traffic.acknowledged(first, TAKEN + 1)
        assert int(passed.headers["unit-next"]) > TAKEN
        page.wait_for_event("response", lambda one: one.status == 201 and first not in one.url)
        assert refused_on(page) == kept

        page.reload()
        page.wait_for_event("response", lambda one: one.status == 201 and "/units/" in one.url)
        page.locator("[data-veil]").click()  # what is open comes back as discreet as it was
        anna_is_safe(page)
        assert refused_on(page) == kept
        assert len(traffic.of(first, TAKEN)) == 1, "refused once, it is not sent again"

    def there() -> tuple[list[str], int]:
        aside = QuarantinedUnit.objects.filter(recording__public_id=first)
        others = Unit.objects.exclude(recording__public_id=first)
        return list(aside.values_list("reason", flat=True)), others.count()

    reasons, units = run_in(live.company, there)
    assert reasons == ["conflict"]
    assert units > 0
