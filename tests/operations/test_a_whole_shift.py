"""A shift worked by posts of the console's own forms: a case of each kind, and by `make prove desk`
two hours with twelve cases, three hand-overs, two silent consoles and one alarm that asks again."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from audit.actors import Actor
from incidents.models import Incident
from operations.models import Case, Dispatch, Handover, Responder
from people.models import Employee
from tests.clock import time_passes
from tests.conftest import Phone, phone_of
from tests.support.console import console, page
from tests.support.whole_shift import CASES, HANDED_OVER, REOPENED, SILENT, Hands, WholeShift

RESULT = {"leave": {"result": "calmed"}}
HTMX = {"HX-Request": "true"}


@dataclass
class ByPosts:
    """Forms as the pages carry them: what no page offers cannot be pressed."""

    name: str
    actor: Actor
    browser: Client

    def claim(self, case: Case) -> None:
        self._press("/console/", f"{page(case)}claim/")

    def send(self, case: Case) -> None:
        m14 = Responder.objects.get(call_sign="M-14")
        self._press(page(case), f"{page(case)}send/", responder=str(m14.public_id))

    def radio(self, case: Case, step: str) -> None:
        order = Dispatch.objects.active().get(case=case)
        url = f"{page(case)}dispatches/{order.public_id}/advance/"
        self._press(page(case), url, to=step, **RESULT.get(step, {}))

    def offer(self, case: Case, to: Hands) -> None:
        assert isinstance(to, ByPosts)
        self._press(page(case), f"{page(case)}hand-over/", to=to.actor.id, note="警察の到着待ち")

    def take_over(self, case: Case) -> None:
        offer = Handover.objects.open().get(case=case).public_id
        shown = f"/console/handovers/{offer}/"
        self._press(shown, f"{shown}take-over/", has_read="on")

    def close(self, case: Case) -> None:
        self._press(page(case), f"{page(case)}close/", result="calmed", words="退店しました")
        shown = self.browser.get(page(case)).content.decode()
        assert "遅れ" not in shown, "a closed case has something late"

    def badges(self, expected: dict[str, int]) -> None:
        text = self.browser.get("/console/queue/").content.decode()
        board = re.findall(r"<dd[^>]*>(\d+)</dd>", text.split('id="board"')[1])
        waiting, in_hand, dispatched = (int(one) for one in board[:3])
        cards = text.count("card-of-queue")
        shown = {"waiting": waiting, "in_hand": in_hand, "dispatched": dispatched, "cards": cards}
        assert shown == expected, self.name

    def end_shift(self) -> None:
        self.browser.post("/desk/end/")

    def _press(self, shown_at: str, url: str, **fields: str) -> None:
        assert f'action="{url}"' in self.browser.get(shown_at).content.decode(), url
        answer: HttpResponse = self.browser.post(url, fields, headers=HTMX)  # type: ignore[assignment]  # the test client's own class
        assert answer.status_code in {200, 204}, answer.content.decode()


def phones() -> list[Phone]:
    people = Employee.objects.filter(user=None).order_by("number")[:CASES]
    return [phone_of(one) for one in people]


def test_a_shift_of_two_hours_leaves_no_stale_badge_and_true_books(
    olga: Actor, otto: Actor, acme: object
) -> None:
    assert (len(HANDED_OVER), len(SILENT), len(REOPENED)) == (3, 2, 1)
    holders, incidents = phones(), dict[int, UUID]()

    def ask(number: int) -> Case:
        incidents[number] = UUID(holders[number].tap(level="support").json()["id"])
        return Case.objects.get(incident_id=incidents[number])

    def ask_again(number: int) -> Case:
        time_passes(5)  # the company reads that the desk's part is over
        holders[number].post(f"incidents/{incidents[number]}/raise", {"level": "support"})
        return Case.objects.open().get(incident_id=incidents[number])

    def over(number: int) -> None:
        ended = holders[number].post(f"incidents/{incidents[number]}/close", {"outcome": "safe"})
        assert ended.status_code == 200, ended.content
        time_passes(1)

    hers, his = (
        ByPosts(who.name, who, console(name)) for name, who in (("olga", olga), ("otto", otto))
    )
    WholeShift(hers, his, ask, ask_again, over, time_passes).work()
    assert not Incident.objects.filter(state="open", public_id__in=incidents.values()).exists()
