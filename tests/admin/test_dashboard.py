"""HR's start page: what needs a hand, and every link leads somewhere."""

import re

from django.core import mail

from accounts.models import User
from jobs.models import Job
from jobs.running import run_next
from people.models import Device, SupervisorAssignment
from tenants.schemas import enter_schema
from tests.conftest import phone_of, signed_in


def start_page(user: User) -> str:
    page: str = signed_in(user).get("/admin/").content.decode()
    enter_schema("acme")
    return page


def test_a_department_without_anybody_to_call_is_shown_until_somebody_answers_for_it(hanna):
    assert "呼び出される上司がいない" not in start_page(hanna)
    for one in SupervisorAssignment.objects.filter(department__code="30"):
        one.delete()
    page = start_page(hanna)
    assert "呼び出される上司がいない" in page
    assert "お客様相談室" in page


def test_one_hr_administrator_is_too_few(hanna, second):
    assert "2名以上必要です" in start_page(hanna)
    second.roles = ["hr_admin"]
    second.save()
    assert "2名以上必要です" not in start_page(hanna)


def test_a_silent_device_is_counted_and_listed(hanna, anna):
    device = phone_of(anna).device
    old = "2020-01-01T00:00:00Z"
    Device.objects.filter(pk=device.pk).update(last_seen_at=old)
    listed = signed_in(hanna).get("/admin/people/device/?state=silent").content.decode()
    assert anna.full_name in listed


def test_every_link_of_the_page_leads_somewhere(hanna, second):
    for roles in (["hr_admin"], ["it_admin"], ["privacy_auditor"]):
        second.roles = roles
        second.save()
        links = set(re.findall(r'href="(/(?:admin|portal)/[^"#]*)"', start_page(second)))
        assert len(links) > 2
        for link in links - {"/admin/logout/"}:
            answer = signed_in(second).get(link.replace("&amp;", "&"))
            enter_schema("acme")
            assert answer.status_code == 200, (roles, link)


def test_whoever_sets_up_devices_is_not_told_of_alarms(second):
    second.roles = ["it_admin"]
    second.save()
    page = start_page(second)
    assert "端末が未登録の従業員" in page
    assert "/admin/incidents/incident/" not in page
    assert "/admin/incidents/retentionsettings/" not in page


def test_a_device_is_revoked_only_after_the_question(hanna, anna):
    device = phone_of(anna).device
    browser = signed_in(hanna)
    chosen = {"action": "revoke", "_selected_action": [device.pk]}
    asked = browser.post("/admin/people/device/", chosen)
    assert anna.full_name in asked.content.decode()
    enter_schema("acme")
    device.refresh_from_db()
    assert device.revoked_at is None
    browser.post("/admin/people/device/", chosen | {"confirmed": "yes"})
    enter_schema("acme")
    device.refresh_from_db()
    assert device.revoked_at


def test_a_new_user_is_invited_and_chooses_a_password(hanna, settings):
    fields = {"family_name": "森", "username": "mori", "email": "mori@acme.example",
              "language": "ja", "is_active": "on", "roles": ["supervisor"]}  # fmt: skip
    browser = signed_in(hanna)
    assert browser.post("/admin/accounts/user/add/", fields).status_code == 302
    enter_schema("acme")
    Job.objects.exclude(kind="accounts.invite").delete()
    while run_next(1, "test"):
        pass
    (sent,) = mail.outbox
    assert sent.to == ["mori@acme.example"]
    link = re.search(r"http://acme\.localhost:\d+(/accounts/invitation/\S+)", sent.body)
    assert link
    page = browser.__class__(headers={"Host": "acme.localhost"}).get(link[1], follow=True)
    assert 'name="new_password1"' in page.content.decode()
