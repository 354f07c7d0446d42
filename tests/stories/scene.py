"""The cast of a story and what they can press, through the doors that they use."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from incidents.models import Incident
from notifications.models import Notice
from operations.models import Case
from tenants.context import run_in
from tenants.models import Company
from tests.clock import run_due
from tests.conftest import Phone, signed_in


@dataclass
class Scene:
    """Anna's alarm, the company's people in their portal, and olga at the desk."""

    phone: Phone
    people: dict[str, User]
    id: str = ""
    _read: set[int] = field(default_factory=set)

    # Anna

    def taps(self, **more: Any) -> dict[str, Any]:
        answer = self.phone.tap(**more)
        assert answer.status_code in (200, 201)
        self.id = answer.json()["id"]
        run_due()
        return dict(answer.json())

    def says(self, answer: str, **more: Any) -> dict[str, Any]:
        reply = self.phone.post(f"incidents/{self.id}/answer", {"answer": answer} | more)
        assert reply.status_code == 200
        run_due()
        self.id = reply.json()["id"]
        return dict(reply.json())

    def asks_for_support(self) -> dict[str, Any]:
        asked = self.phone.post(f"incidents/{self.id}/raise", {"level": "support"})
        assert asked.status_code == 200
        run_due()
        return dict(asked.json())

    def ends_it(self, outcome: str = "safe") -> None:
        assert (
            self.phone.post(f"incidents/{self.id}/close", {"outcome": outcome}).status_code == 200
        )
        run_due()

    def screen(self) -> dict[str, Any]:
        return dict(self.phone.get(f"incidents/{self.id}").json())

    # The company's people

    def presses(self, who: str, button: str, **form: Any) -> str:
        """What the page says after it."""
        url = reverse(f"supervisor:{button}", args=[self.id])
        page = signed_in(self.people[who]).post(url, form, follow=True)
        run_due()
        return page.content.decode()

    def page(self, who: str) -> str:
        return signed_in(self.people[who]).get(f"/portal/incidents/{self.id}/").content.decode()

    def paged(self) -> list[str]:
        """Who was called loudly since this was asked last, in order."""
        return [notice.recipient_user.username for notice in self._new("alarm")]

    def told(self) -> list[str]:
        """Who was told by an ordinary notice since then."""
        return [notice.recipient_user.username for notice in self._new("news")]

    def heard(self) -> list[str]:
        """What anna's devices were told since then."""
        return [notice.title for notice in self._new("answer")]

    def _new(self, kind: str) -> list[Any]:
        notices = Notice.objects.filter(kind=kind).exclude(pk__in=self._read).order_by("pk")
        found = list(notices.select_related("recipient_user"))
        self._read |= {one.pk for one in found}
        return found

    # The desk

    @property
    def cases(self) -> list[Case]:
        return list(Case.objects.filter(incident_id=self.id).order_by("pk"))

    def olga(self, button: str, **form: Any) -> None:
        url = reverse(
            f"operator:{button}", args=[self.cases[-1].public_id], urlconf="config.urls_ops"
        )
        answer = _console().post(url, form)
        assert answer.status_code in (200, 204, 302), answer.content.decode()[:500]
        run_due()

    # The record

    @property
    def incident(self) -> Incident:
        return Incident.objects.get(public_id=self.id)

    @property
    def lines(self) -> list[str]:
        return list(self.incident.events.order_by("pk").values_list("kind", flat=True))


def _console() -> Client:
    ops = Company.objects.get(schema_name="ops")
    return run_in(ops, lambda: signed_in(User.objects.get(username="olga"), "ops.localhost"))
