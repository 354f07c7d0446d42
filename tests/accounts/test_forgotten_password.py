"""Hanna has forgotten her password: a link comes by e-mail, and no page waits for the mail."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from jobs.models import Job, SettledJob
from jobs.runs import run_next
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.jobs.by_hand import state_of
from tests.notifications.conftest import silent_mail

__all__ = ["silent_mail"]
FORGOTTEN = "accounts.forgotten_password"
PAGE, DONE = "/accounts/password/reset/", "/accounts/password/reset/done/"
NEW = {"password1": "correct horse 42", "password2": "correct horse 42"}


@pytest.fixture
def hanna(hanna: User) -> User:
    hanna.email, hanna.language = "hanna@acme.example", "ja"
    hanna.save()
    return hanna


def ask(address: str = "hanna@acme.example", host: str = "acme.localhost"):
    return Client(headers={"Host": host}).post(PAGE, {"email": address})


def promised() -> list[Job]:
    enter_schema("acme")
    return list(Job.objects.filter(kind=FORGOTTEN, state="pending").order_by("pk"))


def mailed() -> str:
    """The path in the newest mail, which is sent by the worker."""
    Job.objects.filter(state="pending").exclude(kind=FORGOTTEN).update(state="cancelled")
    while run_next(1, "test"):
        pass
    found = re.search(r"http://acme\.localhost:8000(/accounts/password/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


def test_the_page_answers_without_a_word_to_the_mail_server(hanna, silent_mail):
    answer = ask()
    assert (answer.status_code, answer["Location"]) == (302, DONE)
    assert silent_mail.connects == 0
    (job,) = promised()
    assert job.lane == 1
    assert job.payload == {"user": str(hanna.public_id)}


def test_every_request_is_a_mail_of_its_own(hanna):
    ask()
    ask()
    assert len(promised()) == 2


def test_by_the_link_another_password_is_chosen_once(hanna):
    ask()
    link = mailed()
    browser = Client(headers={"Host": "acme.localhost"})
    form = browser.get(link)["Location"]
    assert browser.post(form, NEW).status_code == 302
    sign_in = {"login": "hanna", "password": NEW["password1"]}
    assert (
        Client(headers={"Host": "acme.localhost"}).post("/accounts/login/", sign_in).status_code
        == 302
    )
    again = Client(headers={"Host": "acme.localhost"}).get(link)
    assert again.status_code == 200
    assert "password1" not in again.content.decode()


def test_it_goes_to_the_address_on_record_in_the_persons_language(hanna, settings):
    ask("HANNA@acme.example")
    mailed()
    message = mail.outbox[-1]
    assert message.to == ["hanna@acme.example"]
    assert message.subject == f"{settings.BRAND_NAME}の新しいパスワード"
    assert "hanna" in message.body
    assert "心当たりがない場合" in message.body


def test_a_stranger_gets_the_same_page_and_no_mail(hanna, silent_mail):
    answer = ask("stranger@example.com")
    assert (answer.status_code, answer["Location"]) == (302, DONE)
    assert promised() == []
    assert silent_mail.connects == 0


def test_anyone_who_has_left_meanwhile_gets_none(boris):
    User.objects.filter(pk=boris.pk).update(email="boris@acme.example")
    ask("boris@acme.example")
    (job,) = promised()
    User.objects.filter(pk=boris.pk).update(is_active=False)
    while run_next(1, "test"):
        pass
    assert state_of(job) == SettledJob.State.DONE
    assert [one for one in mail.outbox if one.to == ["boris@acme.example"]] == []


@pytest.mark.parametrize("action", ["action_add", "action_send", "action_primary"])
def test_nobody_adds_or_confirms_an_address_by_the_page_that_shows_it(hanna, silent_mail, action):
    browser = signed_in(hanna)
    form = {"email": "elsewhere@example.com", action: ""}
    assert browser.post("/accounts/email/", form).status_code == 405
    assert browser.get("/accounts/email/").status_code == 200
    assert silent_mail.connects == 0
