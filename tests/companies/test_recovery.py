"""Nobody of acme's HR can sign in any more: two of the platform give hanna's sign-in back, and
everybody concerned has a day to stop it."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from demo.seed import PASSWORD
from jobs.models import Job
from jobs.runs import run_next
from tenants.context import run_in
from tenants.models import Company, Contact, Recovery
from tenants.schemas import leave_schema
from tests.conftest import signed_in
from tests.jobs.by_hand import run_now
from tests.support.platform import SAYS_WHY, decide, platform

__all__ = ["platform"]
STEP_UP = "/accounts/2fa/reauthenticate/"


@pytest.fixture
def acme(platform: Client) -> Company:
    Job.objects.all().delete()
    return Company.objects.get(schema_name="acme")


@pytest.fixture
def soumu(acme: Company) -> Contact:
    """The head of acme's general affairs, registered long ago."""
    return Contact.objects.create(
        company=acme, name="総務 誠", email="soumu@acme.example", phone="03-0000-1111"
    )


@pytest.fixture
def second_admin(platform: Client) -> Client:
    home = Company.objects.get(schema_name="platform")

    def come_in() -> Client:
        user = User.objects.create_user("ran", "x", family_name="蘭", roles=["platform_admin"])
        return signed_in(user, "localhost")

    return run_in(home, come_in)


def of_acme() -> QuerySet[Recovery]:
    return Recovery.objects.filter(company__schema_name="acme")


def hanna_of(company: Company) -> User:
    return run_in(company, lambda: User.objects.get(username="hanna"))


def asked_for(acme: Company, contact: Contact, **given: Any) -> dict[str, Any]:
    return {
        "person": str(hanna_of(acme).public_id),
        "contact": contact.pk,
        "verified_how": "登録の番号へ折り返し",
        "reason": "携帯電話を失った",
    } | given


def asks(who: Client, acme: Company, contact: Contact, **given: Any) -> Any:
    page = f"/admin/tenants/recovery/ask/{acme.pk}/"
    answer = who.post(page, asked_for(acme, contact, **given), follow=True)
    leave_schema()
    return answer


def presses(who: Client, button: str) -> str:
    one = of_acme().get()
    answer = who.post(f"/admin/tenants/recovery/{one.pk}/{button}/", follow=True)
    leave_schema()
    return str(answer.content.decode())


@pytest.fixture
def running(platform: Client, second_admin: Client, acme: Company, soumu: Contact) -> Recovery:
    asks(platform, acme, soumu)
    presses(second_admin, "approve")
    return of_acme().get(state="running")


def work() -> list[str]:
    """What is due is done. To whom mail went."""
    before = len(mail.outbox)
    while run_next(1, "test"):
        pass
    leave_schema()
    return sorted(to for one in mail.outbox[before:] for to in one.to)


def a_day_passes() -> None:
    day = timedelta(days=1)
    of_acme().update(approved_at=F("approved_at") - day, due_at=F("due_at") - day)
    Job.objects.filter(kind="platform.recover").update(due_at=F("due_at") - day)


def verbs(schema: str) -> set[str]:
    company = Company.objects.get(schema_name=schema)
    return run_in(
        company, lambda: {one.payload.get("verb", "") for one in AuditEvent.objects.all()}
    )


def hr_mails(acme: Company) -> list[str]:
    hr = User.objects.filter(roles__contains=["hr_admin"], is_active=True)
    return run_in(acme, lambda: sorted(str(one.email) for one in hr))


def test_two_of_the_platform_give_hannas_sign_in_back_after_a_day(
    platform: Client, second_admin: Client, acme: Company, soumu: Contact
) -> None:
    hannas = run_in(acme, lambda: signed_in(User.objects.get(username="hanna")))
    run_in(
        acme,
        lambda: Authenticator.objects.create(
            user=User.objects.get(username="hanna"), type="totp", data={}
        ),
    )
    asks(platform, acme, soumu)
    assert "別のプラットフォーム管理者" in presses(platform, "approve")
    assert of_acme().get().state == "asked"
    presses(second_admin, "approve")
    assert work() == sorted([*hr_mails(acme), "soumu@acme.example"])
    assert "携帯電話を失った" in mail.outbox[-1].body
    assert hannas.get("/admin/").status_code == 200
    leave_schema()

    a_day_passes()
    assert work() == [hanna_of(acme).email]
    assert of_acme().get().state == "done"
    assert hannas.get("/admin/").status_code == 302
    leave_schema()
    hanna = hanna_of(acme)
    assert (hanna.has_usable_password(), hanna.roles) == (False, ["hr_admin"])
    assert not run_in(acme, Authenticator.objects.filter(user=hanna).exists)
    link = re.search(r"http://[^/]+(/accounts/invitation/\S+)", mail.outbox[-1].body)
    assert link
    new = {"new_password1": "hidamari no niwa 7", "new_password2": "hidamari no niwa 7"}
    answer = Client(headers={"Host": "acme.localhost"}).post(link[1], new, follow=True)
    assert answer.request["PATH_INFO"] == "/accounts/2fa/totp/activate/"
    leave_schema()
    for schema in ("platform", "acme"):
        assert {"recovery.asked", "recovery.approved", "recovery.done"} <= verbs(schema), schema


def test_the_database_too_wants_two_people_and_a_day(running: Recovery) -> None:
    mine = Recovery.objects.filter(pk=running.pk)
    for change in (
        {"approved_by": running.asked_by},
        {"due_at": F("approved_at") + timedelta(hours=23)},
        {"state": "done", "done_at": F("due_at") - timedelta(seconds=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**change)


def test_nothing_is_reset_before_the_day_is_over(running: Recovery, acme: Company) -> None:
    work()
    run_now(Job.objects.get(kind="platform.recover").pk)
    leave_schema()
    assert of_acme().get().state == "running"
    assert hanna_of(acme).check_password(PASSWORD)


def page_in(body: str) -> str:
    found = re.search(r"http://acme\.localhost:\d+(/recovery/\S+)", body)
    assert found, body
    return found[1]


def contact_page() -> str:
    work()
    return page_in(next(one.body for one in mail.outbox if one.to == ["soumu@acme.example"]))


def test_a_named_contact_stops_it_by_a_press_and_not_by_opening(
    running: Recovery, acme: Company
) -> None:
    page, browser = contact_page(), Client(headers={"Host": "acme.localhost"})
    for _scanner in range(3):
        assert "初期化を止める" in browser.get(page).content.decode()
    assert Client(headers={"Host": "globex.localhost"}).get(page).status_code == 404
    leave_schema()
    assert of_acme().get().state == "running"
    for _press in range(2):
        assert "初期化を止めました" in browser.post(page).content.decode()
    leave_schema()
    a_day_passes()
    assert work() == []
    stopped = of_acme().get()
    assert (stopped.state, stopped.stopped_by) == ("stopped", "contact")
    assert hanna_of(acme).check_password(PASSWORD)
    assert "recovery.stopped" in verbs("platform") & verbs("acme")


def test_too_late_the_contact_reads_that_it_was_done(running: Recovery) -> None:
    page = contact_page()
    a_day_passes()
    work()
    text = Client(headers={"Host": "acme.localhost"}).post(page).content.decode()
    leave_schema()
    assert "すでに初期化しました" in text
    assert of_acme().get().state == "done"


def test_hr_who_can_sign_in_sees_it_in_red_and_stops_it(running: Recovery, acme: Company) -> None:
    def colleague(name: str, role: str) -> Client:
        return signed_in(User.objects.create_user(name, "x", family_name="森", roles=[role]))

    mori, ivo = (
        run_in(acme, lambda who=who: colleague(*who))
        for who in (("mori", "hr_admin"), ("ivo", "it_admin"))
    )
    button = f"/portal/hr/recovery/{running.public_id}/stop/"
    assert button in mori.get("/admin/").content.decode()
    assert button not in ivo.get("/admin/").content.decode()
    assert ivo.post(button).status_code == 403
    assert mori.get(button).status_code == 405
    assert "初期化を止めました" in mori.post(button, follow=True).content.decode()
    leave_schema()
    assert of_acme().get().stopped_by == "hr"
    again = mori.post(button, follow=True).content.decode()
    assert "すでに止められた" in again
    assert button not in again


def test_who_asked_may_take_it_back(platform: Client, acme: Company, soumu: Contact) -> None:
    asks(platform, acme, soumu)
    assert "初期化を止めました" in presses(platform, "stop")
    assert of_acme().get().stopped_by == "platform"
    asks(platform, acme, soumu)
    assert of_acme().filter(state="asked").exists(), "it can be asked for again"


def test_who_is_no_contact_of_the_company_cannot_ask(
    platform: Client, acme: Company, globex: Company
) -> None:
    foreign = Contact.objects.create(company=globex, name="x", email="x@x.example", phone="1")
    answer = asks(platform, acme, foreign)
    assert "この企業の担当者が登録されていません" in answer.content.decode()
    assert not of_acme().exists()


@pytest.mark.parametrize("person", ["boris", "nobody"])  # a supervisor; nobody at all
def test_only_hr_can_be_recovered(
    person: str, platform: Client, acme: Company, soumu: Contact
) -> None:
    found = run_in(acme, lambda: User.objects.filter(username=person).first())
    answer = asks(platform, acme, soumu, person=str(found.public_id if found else uuid.uuid4()))
    assert answer.status_code == 200
    assert not of_acme().exists()


def test_a_second_request_for_the_company_is_refused_in_words(
    running: Recovery, platform: Client, acme: Company, soumu: Contact
) -> None:
    assert "別の復旧の手続き" in asks(platform, acme, soumu).content.decode()
    assert of_acme().count() == 1


def test_anyone_who_is_no_longer_hr_is_not_recovered(running: Recovery, acme: Company) -> None:
    def succeed() -> None:
        User.objects.create_user("haruka", "x", family_name="後任", roles=["hr_admin"])
        User.objects.filter(username="hanna").update(roles=[])

    run_in(acme, succeed)
    a_day_passes()
    work()
    assert (of_acme().get().state, of_acme().get().stopped_by) == ("stopped", "clock")
    assert hanna_of(acme).check_password(PASSWORD)


def test_a_suspended_company_has_no_recovery(
    running: Recovery, platform: Client, acme: Company, soumu: Contact
) -> None:
    decide(platform, "acme", "suspend", **SAYS_WHY)
    assert of_acme().get().stopped_by == "company"
    asks(platform, acme, soumu)
    assert of_acme().count() == 1
    decide(platform, "acme", "resume", **SAYS_WHY)
    a_day_passes()
    assert "recovery.done" not in verbs("acme")


def test_a_session_that_was_only_left_open_approves_nothing(
    platform: Client, second_admin: Client, acme: Company, soumu: Contact
) -> None:
    asks(platform, acme, soumu)
    home = Company.objects.get(schema_name="platform")

    def forget_that_it_is_a_test() -> None:
        ran = User.objects.get(username="ran")
        Authenticator.objects.create(user=ran, type="totp", data={})
        session = second_admin.session
        session["second_factor"] = "totp"
        session.save()

    run_in(home, forget_that_it_is_a_test)
    one = of_acme().get()
    answer = second_admin.post(f"/admin/tenants/recovery/{one.pk}/approve/")
    leave_schema()
    assert (answer.status_code, STEP_UP in answer.headers["Location"]) == (302, True)
    assert of_acme().get().state == "asked"


def test_the_history_says_what_a_contact_was_before(platform: Client, soumu: Contact) -> None:
    page = f"/admin/tenants/company/{soumu.company_id}/"
    form = {
        "name": "アクメ",
        "contacts-TOTAL_FORMS": 2,
        "contacts-INITIAL_FORMS": 1,
        "contacts-0-id": soumu.pk,
        "contacts-0-company": soumu.company_id,
        "contacts-0-name": "総務 誠",
        "contacts-0-email": "new@acme.example",
        "contacts-0-phone": soumu.phone,
        "contacts-1-company": soumu.company_id,
        "contacts-1-name": "経理 恵",
        "contacts-1-email": "keiri@acme.example",
        "contacts-1-phone": "03-0000-2222",
    }
    assert platform.post(f"{page}change/", form).status_code == 302
    said = platform.get(f"{page}history/").content.decode()
    assert "soumu@acme.example → new@acme.example" in said
    assert "経理 恵 keiri@acme.example 03-0000-2222" in said
