"""Mori is invited: by the platform as the first of a company, or by HR. The link works once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.invitations import schedule_invitation
from accounts.models import Invitation, User
from jobs.models import Job
from jobs.runs import run_next
from tenants.context import run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company
from tenants.schemas import enter_schema, leave_schema
from tests.conftest import signed_in
from tests.support.platform import make, platform
from tests.support.second_factor import code_of

__all__ = ["platform"]
GOOD = {"new_password1": "correct horse 42", "new_password2": "correct horse 42"}
SET_UP = "/accounts/2fa/totp/activate/"


def browser(host: str = "acme.localhost") -> Client:
    return Client(headers={"Host": host})


def mailed() -> str:
    """The path in the newest mail."""
    Job.objects.exclude(kind="accounts.invite").filter(state=Job.State.PENDING).delete()
    while run_next(1, "test"):
        pass
    found = re.search(r"http://[a-z0-9.]+:\d+(/accounts/invitation/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.fixture
def mori(acme) -> User:
    return User.objects.create_user(
        "mori", None, email="mori@acme.example", family_name="森", roles=["hr_admin"]
    )


@pytest.fixture
def link(mori) -> str:
    schedule_invitation(mori)
    return mailed()


def test_opening_the_link_does_nothing_and_the_press_leads_to_the_second_factor(mori, link):
    for _scanner in range(3):
        page = browser().get(link)
        assert page.status_code == 200
        assert "森" in page.content.decode()
    enter_schema("acme")
    assert not User.objects.get(pk=mori.pk).has_usable_password()
    new = browser()
    answer = new.post(link, GOOD, follow=True)
    assert answer.request["PATH_INFO"] == SET_UP
    assert new.get("/admin/", follow=True).request["PATH_INFO"] == SET_UP


def test_with_the_app_set_up_hr_is_in_the_administration(link):
    new = browser()
    page = new.post(link, GOOD, follow=True).content.decode()
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret, page
    codes = new.post(SET_UP, {"code": code_of(secret[1])}, follow=True)
    assert "recovery-codes" in codes.content.decode()
    assert new.get("/", follow=True).request["PATH_INFO"] == "/admin/"


def test_a_link_is_good_once(link):
    browser().post(link, GOOD)
    again = browser().post(link, GOOD | {"new_password1": "x" * 20, "new_password2": "x" * 20})
    assert again.status_code == 410
    assert "すでにパスワードが設定" in again.content.decode()
    sign_in = {"login": "mori", "password": GOOD["new_password1"]}
    assert browser().post("/accounts/login/", sign_in).status_code == 302


def test_after_seven_days_it_says_to_ask_for_another(link):
    enter_schema("acme")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for answer in (browser().get(link), browser().post(link, GOOD)):
        assert answer.status_code == 410
        assert "有効期限（7日間）が過ぎ" in answer.content.decode()
    enter_schema("acme")
    assert not User.objects.get(username="mori").has_usable_password()


def test_sent_again_only_the_newest_works(mori, link):
    enter_schema("acme")
    schedule_invitation(User.objects.get(pk=mori.pk))
    newest = mailed()
    old = browser().post(link, GOOD)
    assert old.status_code == 410
    assert "新しい招待メール" in old.content.decode()
    assert browser().post(newest, GOOD).status_code == 302


@pytest.mark.parametrize("token", ["x", "x.y", "a" * 300])
def test_an_unknown_link_says_what_to_do(token, acme):
    answer = browser().get(f"/accounts/invitation/{token}/")
    assert answer.status_code == 404
    assert "メールのリンクをもう一度" in answer.content.decode()


def test_a_link_of_one_company_is_unknown_to_another(link):
    assert browser("globex.localhost").get(link).status_code == 404
    assert browser().get(link).status_code == 200


def test_the_platforms_own_administrators_are_invited_from_the_command_line(link):
    leave_schema()
    call_command(
        "invite_platform_admin",
        username="ran",
        email="ran@platform.example",
        family_name="蘭",
        given_name="花子",
    )
    new = browser("localhost")
    assert new.get(link).status_code == 404, "of acme"
    leave_schema()
    answer = new.post(mailed(), GOOD, follow=True)
    assert mail.outbox[-1].to == ["ran@platform.example"]
    assert answer.request["PATH_INFO"] == SET_UP
    leave_schema()
    with pytest.raises(CommandError):
        call_command(
            "invite_platform_admin",
            username="ran",
            email="x@platform.example",
            family_name="x",
            given_name="x",
        )


@pytest.mark.parametrize(
    ("one", "two", "says"),
    [
        ("password", "password", "このパスワードは一般的すぎます"),
        ("short", "short", "短すぎます"),
        ("correct horse 42", "correct horse 43", "一致しません"),
        ("", "", "この項目は必須です"),
    ],
)
def test_a_weak_password_is_refused_in_words_and_the_link_stays_good(one, two, says, link):
    answer = browser().post(link, {"new_password1": one, "new_password2": two})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert browser().post(link, GOOD).status_code == 302


def test_nobody_who_was_switched_off_comes_in(mori, link):
    enter_schema("acme")
    User.objects.filter(pk=mori.pk).update(is_active=False)
    assert browser().get(link).status_code == 404


def test_anyone_who_has_a_second_factor_is_still_asked_for_it(mori, link):
    first = browser()
    page = first.post(link, GOOD, follow=True).content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found
    first.post(SET_UP, {"code": code_of(found[1])})
    enter_schema("acme")
    schedule_invitation(User.objects.get(pk=mori.pk))
    other = browser()
    other.post(mailed(), GOOD)
    assert other.get("/admin/", follow=True).request["PATH_INFO"] != "/admin/"


def test_hr_sends_an_invitation_again_from_the_list(hanna, mori):
    chosen = {"action": "send_invitation", "_selected_action": [mori.pk]}
    page = signed_in(hanna).post("/admin/accounts/user/", chosen, follow=True).content.decode()
    assert "招待中" in page
    enter_schema("acme")
    assert browser().get(mailed()).status_code == 200


def test_the_first_hr_administrator_of_a_new_company_is_invited_with_it(platform):
    name, _answer = make(platform)
    leave_schema()
    link = mailed()
    assert mail.outbox[-1].to == ["hanna@new.example"]
    forget_cached_companies()
    new = browser(f"{name}.localhost")
    assert new.post(link, GOOD, follow=True).request["PATH_INFO"] == SET_UP
    leave_schema()
    company = Company.objects.get(schema_name=name)
    roles = run_in(company, lambda: User.objects.values_list("username", "roles").get())
    assert roles == ("000123", ["hr_admin"])


def test_the_platform_sends_the_first_invitation_again_until_it_was_accepted(platform):
    name, _answer = make(platform)
    leave_schema()
    first = mailed()
    company = Company.objects.get(schema_name=name)
    chosen = {"action": "invite", "_selected_action": [company.pk]}
    platform.post("/admin/tenants/company/", chosen)
    leave_schema()
    second = mailed()
    forget_cached_companies()
    new = browser(f"{name}.localhost")
    assert new.get(first).status_code == 410
    assert new.post(second, GOOD).status_code == 302
    page = platform.post("/admin/tenants/company/", chosen, follow=True).content.decode()
    assert "招待を待っている人はいません" in page
