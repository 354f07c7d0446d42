"""Daisuke looks after the devices of anna's site: who of its people has one, sheets, what is taken
back. Of alarms, of other sites and of other facts about people he sees nothing."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from people.models import (
    Device,
    Employee,
    EnrolmentCode,
    Exclusion,
    Post,
    Site,
    SiteManagement,
)
from tenants.schemas import enter_schema
from tests.conftest import Phone, person, phone_of, signed_in
from tests.support.sheets import enrols, made

DEVICES = "/portal/devices/"


@pytest.fixture
def daisuke(acme) -> User:
    return person("daisuke")


@pytest.fixture
def elsewhere(acme) -> Employee:
    """She works at the site that is not his."""
    return Employee.objects.filter(site__name="新宿店").earliest("pk")


def page(user: User, path: str, **given: str) -> str:
    answer = signed_in(user).get(path, given)
    enter_schema("acme")
    assert answer.status_code == 200, (path, answer.status_code)
    text: str = answer.content.decode()
    return text


def status(user: User, path: str, method: str = "get", **given: object) -> int:
    answer = getattr(signed_in(user), method)(path, given)
    enter_schema("acme")
    code: int = answer.status_code
    return code


def site_page(site: Site) -> str:
    return f"{DEVICES}sites/{site.public_id}/"


def revoke_page(device: Device) -> str:
    return f"{DEVICES}{device.public_id}/revoke/"


def test_he_hands_sheets_to_his_own_people_and_posts(daisuke, anna):
    post = Post.objects.filter(site=anna.site).first()
    codes = made(daisuke, employee=anna.pk, post=post.pk)
    assert len(codes) == 2
    assert all(enrols(code) for code in codes)
    last = AuditEvent.objects.of("admin").last()
    assert last.payload["actor"]["id"] == str(daisuke.public_id)


def test_he_hands_none_to_people_and_posts_of_another_site(daisuke, elsewhere):
    post = Post.objects.filter(site=elsewhere.site).first()
    assert made(daisuke, employee=elsewhere.pk, post=post.pk) == []
    named = {"missing": str(elsewhere.site.public_id)}
    assert status(daisuke, "/portal/hr/sheets/", **named) == 404
    assert not EnrolmentCode.objects.exists()


def test_a_lost_sheet_is_issued_again_and_a_device_revoked_by_him(daisuke, anna):
    (lost,) = made(daisuke, employee=anna.pk)
    (new,) = made(daisuke, employee=anna.pk, revoke_older="on")
    assert (enrols(lost), enrols(new)) == (False, True)
    device = anna.devices.get()
    assert anna.full_name in page(daisuke, revoke_page(device))
    device.refresh_from_db()
    assert device.revoked_at is None  # asked, not done
    assert status(daisuke, revoke_page(device), "post") == 302
    device.refresh_from_db()
    assert device.revoked_at
    assert AuditEvent.objects.of("admin").last().payload["verb"] == "device.revoked"


def test_he_sees_his_own_site_and_of_its_people_no_more_than_he_needs(daisuke, anna, elsewhere):
    anna.phone, anna.email, anna.job_title = "090-9999-8888", "anna@home.example", "主任補佐"
    anna.save()
    sites = page(daisuke, DEVICES)
    assert "日本橋本店" in sites
    assert "新宿店" not in sites
    shown = page(daisuke, site_page(anna.site)) + page(
        daisuke, "/portal/hr/sheets/", employee=str(anna.pk)
    )
    assert all(one in shown for one in (anna.full_name, anna.family_kana, anna.number))
    for kept in (anna.phone, anna.email, anna.job_title, anna.department.name):
        assert kept not in shown
    assert status(daisuke, site_page(elsewhere.site)) == 404
    assert status(daisuke, revoke_page(phone_of(elsewhere).device)) == 404


def test_he_sees_no_alarm_no_recording_no_condition_and_no_administration(daisuke, annas_phone):
    incident = annas_phone.tap().json()["id"]
    enter_schema("acme")
    for refused in (f"/portal/incidents/{incident}/", "/portal/conditions/", "/portal/care/"):
        assert status(daisuke, refused) == 404, refused
    assert status(daisuke, "/admin/people/employee/") == 302  # to the sign-in of those who may
    for own in (DEVICES, site_page(annas_phone.device.site)):
        text = page(daisuke, own)
        assert incident not in text
        assert "/portal/incidents/" not in text.replace("/portal/incidents/0000", "")


def test_he_begins_where_the_devices_are(daisuke):
    assert signed_in(daisuke).get("/")["Location"] == DEVICES


def test_who_is_missing_and_whose_device_is_silent_is_counted_and_shown(daisuke, anna):
    Device.objects.filter(pk=phone_of(anna).device.pk).update(last_seen_at="2020-01-01T00:00:00Z")
    silent = page(daisuke, site_page(anna.site), show="silent")
    assert anna.full_name in silent
    missing = page(daisuke, site_page(anna.site), show="missing")
    assert anna.full_name not in missing
    others = Employee.objects.filter(site=anna.site).exclude(pk=anna.pk)
    assert all(one.full_name in missing for one in others)
    asked = page(daisuke, "/portal/hr/sheets/", missing=str(anna.site.public_id))
    chosen = {int(key) for key in re.findall(r'name="employee" value="(\d+)"', asked)}
    assert chosen == set(others.values_list("pk", flat=True))


@pytest.mark.parametrize("words", ["ﾀｶﾊｼ", "たかはしみさき", "髙橋美咲", "髙橋　ミサキ", "20182"])
def test_he_finds_people_as_he_types_them(words, daisuke, anna):
    found = page(daisuke, site_page(anna.site), q=words)
    assert anna.full_name in found
    assert found.count('name="employee"') == 1


def test_a_conflict_of_interest_hides_the_person_from_him_at_once(daisuke, anna, hanna):
    device = phone_of(anna).device
    assert anna.full_name in page(daisuke, site_page(anna.site))
    Exclusion.objects.create(user=daisuke, employee=anna, reason="当事者", decided_by=hanna)
    assert anna.full_name not in page(daisuke, site_page(anna.site))
    assert made(daisuke, employee=anna.pk) == []
    assert status(daisuke, revoke_page(device), "post") == 404


def test_nobody_in_hr_with_a_conflict_of_interest_enrols_in_that_persons_name(hanna, anna, second):
    """Her phone in foreign hands would read the very alarms that are kept from them."""
    Exclusion.objects.create(user=hanna, employee=anna, reason="当事者", decided_by=second)
    assert made(hanna, employee=anna.pk) == []


def end_today(daisuke: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    SiteManagement.objects.update(starts_on=yesterday, ends_on=yesterday)


def not_yet(daisuke: User) -> None:
    SiteManagement.objects.update(starts_on=timezone.localdate() + timedelta(days=1))


def leave(daisuke: User) -> None:
    Employee.objects.filter(user=daisuke).update(ended_on="2020-01-01")


def lose_role(daisuke: User) -> None:
    User.objects.filter(pk=daisuke.pk).update(roles=[])


@pytest.mark.parametrize("ends", [end_today, not_yet, leave, lose_role])
def test_what_has_ended_is_worth_nothing_from_that_moment(ends, daisuke, anna):
    browser = signed_in(daisuke)
    assert browser.get(DEVICES).status_code == 200
    enter_schema("acme")
    ends(daisuke)
    assert browser.get(DEVICES).status_code == 403
    answer = browser.post("/portal/hr/sheets/print/", {"employee": anna.pk})
    enter_schema("acme")
    assert answer.status_code == 403


def test_all_sheets_of_a_site_are_made_void_and_others_stay(hanna, daisuke, elsewhere, anna):
    (ours,) = made(hanna, employee=anna.pk)
    (theirs,) = made(hanna, employee=elsewhere.pk)
    assert status(daisuke, f"{DEVICES}sheets/void/", "post") == 302  # all of his are one site's
    assert (enrols(ours), enrols(theirs)) == (False, True)
    payload = AuditEvent.objects.of("admin").last().payload
    assert (payload["verb"], payload["count"]) == ("enrolment_code.voided", 1)
    elsewhere_id = str(elsewhere.site.public_id)
    assert status(daisuke, f"{DEVICES}sheets/void/", "post", site=elsewhere_id) == 404
    assert status(daisuke, f"{DEVICES}sheets/void/", "post", site="x") == 404


def test_hr_makes_every_sheet_of_the_company_void(hanna, anna, elsewhere):
    codes = made(hanna, employee=[anna.pk, elsewhere.pk])
    assert len(codes) == 2
    asked = page(hanna, f"{DEVICES}sheets/void/")
    assert "有効な用紙は2枚" in asked
    assert all(enrols(code) for code in codes)  # asked, not done
    assert status(hanna, f"{DEVICES}sheets/void/", "post") == 302
    assert not any(enrols(code) for code in codes)


def test_hr_says_who_looks_after_which_site_and_only_with_the_role(hanna, boris, daisuke):
    site = Site.objects.get(name="新宿店")
    fields = {"site": site.pk, "starts_on": "2026-01-01"}
    browser = signed_in(hanna)
    refused = browser.post("/admin/people/sitemanagement/add/", fields | {"user": boris.pk})
    assert refused.status_code == 200
    added = browser.post("/admin/people/sitemanagement/add/", fields | {"user": daisuke.pk})
    assert added.status_code == 302
    enter_schema("acme")
    assert "新宿店" in page(daisuke, DEVICES)


def test_a_button_is_taken_back_as_well(daisuke, annas_phone: Phone):
    annas_phone.post("device/tap-token", {"name": "レジ"})
    enter_schema("acme")
    button = Device.objects.get(kind=Device.Kind.BUTTON)
    assert "レジ" in page(daisuke, site_page(annas_phone.device.site))
    assert status(daisuke, revoke_page(button), "post") == 302
    button.refresh_from_db()
    assert button.revoked_at
