"""HR's start page: what needs a hand, and every link leads somewhere."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core import mail
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from jobs.models import Job
from jobs.runs import run_next
from people.devices.services import create_device
from people.models import Device, Employee, Exclusion, ImportRun, Post, SupervisorAssignment
from recordings.models import PlaySession, Recording
from tenants.schemas import enter_schema
from tests.conftest import phone_of, signed_in
from tests.support.dashboard import cards, start_page

ALONE = "/admin/people/employee/?covered=no"
QUIET = "今日、手当ての必要なことはありません。"


def test_a_department_without_anybody_to_call_is_shown_until_somebody_answers_for_it(
    hanna, second, carla
):
    """Carla answers for her department and has nobody above her: her own press calls nobody."""
    assert cards(hanna)[ALONE] == ("red", 1)
    SupervisorAssignment.objects.create(
        supervisor=second.employee, department=carla.employee.department, priority=2
    )
    assert cards(hanna)[ALONE] == ("calm", 0)
    assert "sobani-panel red" not in start_page(hanna)
    for one in SupervisorAssignment.objects.filter(department__code="30"):
        one.delete()
    assert "お客様相談室" in start_page(hanna)
    alone = Employee.objects.filter(department__code="30").count()
    assert cards(hanna)[ALONE] == ("red", alone)


def test_who_must_not_learn_of_somebody_does_not_count_as_called(hanna, anna, boris, second):
    before = cards(hanna)[ALONE][1]
    for one in (boris, second):
        Exclusion.objects.create(user=one, employee=anna, reason="当事者", decided_by=hanna)
    assert cards(hanna)[ALONE][1] == before + 1
    assert anna.full_name in signed_in(hanna).get(ALONE).content.decode()


def furnish(anna: Employee, hanna: User) -> None:
    """Something for every card."""
    phone = phone_of(anna)
    incident = Incident.objects.get(public_id=phone.tap().json()["id"])
    enter_schema("acme")
    other = Employee.objects.exclude(pk=anna.pk).earliest("pk")
    long_ago = "2020-01-01T00:00:00Z"
    Device.objects.filter(pk=phone_of(other).device.pk).update(last_seen_at=long_ago)
    create_device(employee=None, post=Post.objects.earliest("pk"), kind="android", name="x")
    soon = timezone.localdate() + timedelta(days=3)
    first = SupervisorAssignment.objects.earliest("pk").pk
    SupervisorAssignment.objects.filter(pk=first).update(ends_on=soon)
    ImportRun.objects.create(file_name="従業員.csv", by=hanna, changes=[[anna.pk, None, {}]])
    heard(incident, phone.device, hanna)


def heard(incident: Incident, device: Device, by: User) -> None:
    """Once while acting, once with a reason, once with a reason more than a month
    ago."""
    recording = Recording.objects.create(
        client_id=uuid4(),
        tap_id=uuid4(),
        incident=incident,
        device=device,
        sample_rate=48000,
        frames_per_unit=47,
        started_at=timezone.now(),
    )
    play = {
        "recording": recording,
        "user": by,
        "actor_name": "山本",
        "mode": "dvr",
        "session_key_hash": b"x",
    }
    PlaySession.objects.create(acting=True, **play)
    PlaySession.objects.create(acting=False, reason="確認のため", **play)
    before = timezone.now() - timedelta(days=31)
    PlaySession.objects.create(acting=False, reason="確認のため", started_at=before, **play)


def test_every_card_leads_to_exactly_the_rows_it_counts(hanna, anna):
    furnish(anna, hanna)
    found = cards(hanna)
    figures = {"/admin/incidents/retentionsettings/", "/admin/people/importrun/"}
    assert set(found) > figures
    lists = {link: count for link, (_tone, count) in found.items() if link not in figures}
    assert len(lists) == 8
    for link, count in lists.items():
        answer: Any = signed_in(hanna).get(link)
        listed = answer.context_data["cl"].result_count
        enter_schema("acme")
        assert listed == count > 0, link


def test_only_playbacks_of_who_was_not_acting_are_to_be_looked_at(hanna, anna):
    furnish(anna, hanna)
    assert cards(hanna)["/admin/recordings/playsession/?review=recent"] == ("open", 1)


def test_each_role_is_told_only_of_what_it_may_open(hanna, anna, second):
    furnish(anna, hanna)
    seen = {}
    for role in ("it_admin", "privacy_auditor"):
        second.roles = [role]
        second.save()
        seen[role] = {link.split("?")[0] for link in cards(second)}
    assert seen["privacy_auditor"] == {"/admin/recordings/playsession/"}
    assert "/admin/people/device/" in seen["it_admin"]
    assert not [
        link for link in seen["it_admin"] if "/incidents/" in link or "/recordings/" in link
    ]


def test_where_nothing_is_wanting_the_page_says_so_calmly(hanna, second):
    second.roles = ["privacy_auditor"]
    second.save()
    assert QUIET in start_page(second)
    assert [tone for tone, _count in cards(second).values()] == ["calm"]
    assert QUIET not in start_page(hanna)


def test_one_hr_administrator_is_too_few(hanna, second):
    assert "2名以上必要です" in start_page(hanna)
    second.roles = ["hr_admin"]
    second.save()
    assert "2名以上必要です" not in start_page(hanna)


def test_a_silent_device_is_counted_and_listed(hanna, anna):
    device = phone_of(anna).device
    old = "2020-01-01T00:00:00Z"
    Device.objects.filter(pk=device.pk).update(last_seen_at=old)
    listed = signed_in(hanna).get("/admin/people/device/?state=silent14").content.decode()
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


def test_anyone_who_sets_up_devices_is_not_told_of_alarms(second):
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
    fields = {
        "family_name": "森",
        "username": "mori",
        "email": "mori@acme.example",
        "language": "ja",
        "is_active": "on",
        "roles": ["supervisor"],
    }
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
