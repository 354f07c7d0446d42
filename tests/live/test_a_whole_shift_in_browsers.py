"""The shift of tests/support/whole_shift.py by two operators in browsers: a case of each kind, and
with `make prove desk` two hours in ten minutes."""

import os
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from operations.models import Case
from people.models import Employee
from tenants.context import run_in
from tests.clock import put_back
from tests.live.browsers import chromiums
from tests.live.conftest import Live, LivePhone
from tests.live.desk import Console, ask, console_at, desk_actor, on_shift, wake
from tests.support.whole_shift import BETWEEN, CASES, Hands, WholeShift

__all__ = ["on_shift"]

pytestmark = pytest.mark.browser

STEPS = {"accept": "指示受領", "depart": "出発", "arrive": "現着", "leave": "離脱"}
SCALE = 12 if os.environ.get("PROVE") else 600
"""How much faster the clocks go than the wall's: two hours in ten minutes."""


@dataclass
class InBrowser:
    name: str
    username: str
    console: Console

    @property
    def page(self) -> Page:
        return self.console.page

    def claim(self, case: Case) -> None:
        self._card(case).locator("button[data-face]").click()
        self._is_open(case)

    def send(self, case: Case) -> None:
        self._press("#case-buttons", "出動を指示")
        self._sends("dialog-dispatch", "出動を指示")

    def radio(self, case: Case, step: str) -> None:
        if step == "leave":
            self.page.locator("#case-responders select").select_option("calmed")
        self._press("#case-responders", STEPS[step])
        button = self.page.locator("#case-responders").get_by_role("button", name=STEPS[step])
        expect(button).to_have_count(0)

    def offer(self, case: Case, to: Hands) -> None:
        self.page.reload()  # a colleague who has come meanwhile can be chosen
        self._is_open(case)
        self._press("#case-buttons", "引き継ぐ")
        self.page.locator("#dialog-handover").get_by_text(to.name).click()
        self.page.locator("#handover-note").fill("警察の到着待ち")
        self._sends("dialog-handover", "引き継ぎを申し出る")

    def take_over(self, case: Case) -> None:
        self.page.get_by_role("link", name="内容を読んで引き継ぐ").click()
        self.page.locator("#dialog-offer").get_by_label("内容を読みました").check()
        self._sends("dialog-offer", "引き継ぎを受ける")
        self._is_open(case)

    def close(self, case: Case) -> None:
        self._press("#case-buttons", "結果を付けて終了")
        self.page.locator("#dialog-close").get_by_text("沈静化").click()
        self._sends("dialog-close", "この結果で終了する")
        expect(self.page.locator("#case-head")).to_contain_text("終了")
        expect(self.page.locator("#case-checklist")).not_to_contain_text("遅れ")

    def badges(self, expected: dict[str, int]) -> None:
        figures = self.page.locator("#board dd")
        for number, name in enumerate(("waiting", "in_hand", "dispatched")):
            expect(figures.nth(number)).to_have_text(str(expected[name]), timeout=15_000)
        expect(self.console.cards).to_have_count(expected["cards"])
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def end_shift(self) -> None:
        self.page.goto(self.page.url.split("/console/")[0] + "/desk/")
        self.page.get_by_role("button", name="勤務を終了").click()

    def _card(self, case: Case):
        return self.page.locator(f"#card-{case.public_id}")

    def _is_open(self, case: Case) -> None:
        shown = self.page.locator("[data-case-page]")
        expect(shown).to_have_attribute("data-case-page", str(case.public_id))

    def _press(self, scope: str, name: str) -> None:
        self.page.locator(scope).get_by_role("button", name=name).first.click()

    def _sends(self, dialog: str, button: str) -> None:
        self._press(f"#{dialog}", button)
        expect(self.page.locator(f"#{dialog}")).to_be_hidden()


def holders() -> list[str]:
    people = Employee.objects.filter(user=None).order_by("number")
    return list(people.values_list("number", flat=True)[:CASES])


def test_a_shift_in_browsers_leaves_no_stale_badge_no_dead_dialog_and_true_books(
    live: Live, on_shift: None
) -> None:
    numbers = run_in(live.company, holders)
    phones: list[LivePhone] = [live.enrol("iphone", number) for number in numbers]
    incidents: dict[int, str] = {}

    with chromiums(None) as (browser,):
        olga, otto = (
            InBrowser(desk_actor(name).name, name, console_at(live, browser, name))
            for name in ("olga", "otto")
        )

        def pass_time(seconds: float) -> None:
            if seconds == BETWEEN:
                olga.page.wait_for_timeout(1000 * seconds / SCALE)
            run_in(live.company, put_back, timedelta(seconds=seconds))
            wake()

        def asked(number: int) -> Case:
            incidents[number] = ask(phones[number])
            return Case.objects.open().get(incident_id=incidents[number])

        def asked_again(number: int) -> Case:
            path = f"/api/v1/incidents/{incidents[number]}/raise"
            phones[number].send("POST", path, json={"level": "support"})
            return Case.objects.open().get(incident_id=incidents[number])

        def over(number: int) -> None:
            path = f"/api/v1/incidents/{incidents[number]}/close"
            assert phones[number].send("POST", path, json={"outcome": "safe"}).status_code == 200

        WholeShift(olga, otto, asked, asked_again, over, pass_time).work()
