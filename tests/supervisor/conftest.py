"""What boris and second see and press on an alarm's page, through a browser without script."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import reverse

from accounts.models import User
from incidents.models import Incident
from people.models import SupervisorAssignment
from tenants.hosts import forget_cached_companies
from tenants.models import Company, Contract
from tests.conftest import Phone, signed_in
from tests.operations.conftest import m14, olga, rosa

__all__ = ["m14", "olga", "rosa"]


@dataclass(frozen=True)
class Page:
    """One person's view of one alarm."""

    user: User
    incident: str

    def html(self, query: str = "") -> str:
        answer = signed_in(self.user).get(f"/portal/incidents/{self.incident}/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    def part(self, element: str, query: str = "") -> str:
        """The words of one element with this id, as they read."""
        found = re.search(rf'<(\w+)[^>]* id="{element}".*?</\1>', self.html(query), re.DOTALL)
        return words_of(found[0]) if found else ""

    def card(self) -> str:
        """The words of the card 対応, dialogs and the course left out."""
        return self.part("actions")

    def danger(self) -> str:
        above = self.html().partition('<section class="hero')[0]
        return words_of(above.partition('id="danger"')[2].partition(">")[2])

    def offers(self, name: str) -> bool:
        """A button in the card that does this."""
        return (
            f'action="{self.url(name)}"'
            in self.html().partition('id="actions"')[2].partition('id="person"')[0]
        )

    def opens(self, dialog: str) -> bool:
        """A button on the page, outside the dialogs, that asks first."""
        return f'data-dialog="{dialog}"' in self.html().partition("<dialog")[0]

    def press(self, name: str, **fields: str) -> str:
        """Press, and read what is said about it."""
        if name == "close":  # what the page shows now, unless an older one is meant
            fields = {"presses": str(self.row.presses)} | fields
        answer = signed_in(self.user).post(self.url(name), fields, follow=True)
        return words_of(answer.content.decode().partition('id="flash"')[2].partition("column")[0])

    def steps(self) -> list[str]:
        """done, current or todo, for each of the six."""
        steps = self.html().partition('id="steps"')[2].partition("</section>")[0]
        return re.findall(r'<li class="(\w+)"', steps)

    def url(self, name: str) -> str:
        return reverse(f"supervisor:{name}", args=[self.incident])

    @property
    def row(self) -> Incident:
        return Incident.objects.get(public_id=self.incident)


def words_of(markup: str) -> str:
    text = re.sub(r"<svg.*?</svg>|<[^>]*>|^[^<]*>", " ", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(text)).strip()


@pytest.fixture
def alarm(annas_phone: Phone) -> str:
    return str(annas_phone.tap().json()["id"])


@pytest.fixture
def boriss(alarm: str, boris: User) -> Page:
    return Page(boris, alarm)


@pytest.fixture
def seconds(alarm: str, second: User) -> Page:
    return Page(second, alarm)


@pytest.fixture
def second_is_on_site(second: User) -> None:
    """She stands near the counter, and the plan of the next alarm says so."""
    SupervisorAssignment.objects.filter(supervisor__user=second).update(on_site=True)


@pytest.fixture
def no_contract(acme: Company) -> Iterator[None]:
    Contract.objects.filter(company=acme).delete()
    forget_cached_companies()
    yield
    forget_cached_companies()


def ringing(user: User) -> list[dict[str, object]]:
    """What rings in this person's open portal."""
    found: list[dict[str, object]] = signed_in(user).get("/portal/poll").json()["ringing"]
    return found
