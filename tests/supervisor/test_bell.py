"""The bell: a test goes by the person's own ways, and only the person says that it came."""

from typing import Any

import pytest

from accounts.models import User
from jobs.models import Job
from jobs.runs import run_next
from notifications.models import Notice
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.notifications.conftest import Browser, MailServer, PushService, mail, push_service
from tests.notifications.conftest import browser as browser

__all__ = ["mail", "push_service"]


@pytest.fixture(autouse=True)
def _no_jobs_of_others(acme: Any) -> None:
    Job.objects.exclude(company__schema_name="acme").delete()


def send(user: User) -> None:
    assert signed_in(user).post("/portal/notices/test/").status_code == 202
    enter_schema("acme")
    while run_next(1, "worker of this test"):
        pass
    enter_schema("acme")


def standing(user: User) -> Any:
    found = signed_in(user).get("/portal/notices/").json()
    enter_schema("acme")
    return found


def says(user: User, stage: str) -> int:
    status = signed_in(user).post("/portal/notices/answer/", {"stage": stage}).status_code
    enter_schema("acme")
    return status


def test_a_test_comes_by_mail_and_by_push_and_is_confirmed_by_whom_it_reached(
    boris: User, second: User, browser: Browser, mail: MailServer, push_service: PushService
) -> None:
    browser.subscribe(boris)
    assert standing(boris) == {"push": "working", "test": None}
    send(boris)
    assert [str(one["To"]) for one in mail.received] == [boris.email]
    assert "/portal/#notices" in mail.received[0].get_content()
    assert len(push_service.received) == 1
    assert standing(boris)["test"] == {"state": "sent", "failed": []}
    assert standing(second)["test"] is None
    assert says(second, "confirmed") == 204, "of nothing"
    assert standing(boris)["test"]["state"] == "sent"
    assert says(boris, "missed") == 204
    assert standing(boris)["test"]["state"] == "missed"
    send(boris)
    assert Notice.objects.filter(kind="test", recipient_user=boris).count() == 1, "one a minute"


@pytest.mark.parametrize("status", [403, 410])
def test_a_way_that_fails_is_named_until_it_arrives(
    boris: User, browser: Browser, mail: MailServer, push_service: PushService, status: int
) -> None:
    browser.subscribe(boris)
    push_service.statuses = [status]
    send(boris)
    assert standing(boris) == {
        "push": "failing",
        "test": {"state": "sent", "failed": ["ブラウザー通知"]},
    }
    assert says(boris, "confirmed") == 204
    assert standing(boris)["test"]["state"] == "confirmed"


def test_somebody_without_any_way_is_told_so(boris: User) -> None:
    User.objects.filter(pk=boris.pk).update(email="")
    boris.refresh_from_db()
    send(boris)
    assert standing(boris) == {"push": "none", "test": {"state": "failed", "failed": []}}


@pytest.mark.parametrize("stage", ["", "displayed", "delivered", "x" * 300])
def test_nothing_but_an_answer_is_noted(boris: User, mail: MailServer, stage: str) -> None:
    send(boris)
    assert says(boris, stage) == 400
    assert standing(boris)["test"]["state"] == "sent"
