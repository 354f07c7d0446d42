"""The company's identity provider says who joins, changes and leaves."""

import re
from datetime import timedelta

from auditlog.models import LogEntry
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from people.models import Employee, SupervisorAssignment
from tenants.hosts import forget_cached_companies
from tenants.models import Company
from tests.conftest import Phone, phone_of, signed_in
from tests.gateways.provider import ENTERPRISE, JAPANESE, Provider, person, refused
from tests.support.imports import promised, run_all

SWITCHED_OFF = {"op": "Replace", "path": "active", "value": "False"}
SWITCHED_ON = {"op": "Replace", "path": "active", "value": "True"}


def a_day_goes_by(employee: Employee) -> None:
    """The last day is over, and the job of its midnight runs."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Employee.objects.filter(pk=employee.pk).update(ended_on=yesterday)
    promised("people.leave").update(due_at=timezone.now())
    run_all()


def taken_over(provider: Provider, employee: Employee) -> str:
    """The provider says of them what it knows: no department, no kana, no telephone."""
    body = person(
        f"{employee.number}@acme.example",
        employee.number,
        phoneNumbers=None,
        title=None,
        emails=[{"value": f"{employee.number}@acme.example"}],
        name={"familyName": employee.family_name, "givenName": employee.given_name},
        **{ENTERPRISE: {"employeeNumber": employee.number}, JAPANESE: None},
    )
    answer = provider.make(body)
    assert answer.status_code == 201, answer.content.decode()
    return str(answer.json()["id"])


def test_sora_joins_and_hanna_reads_who_said_so(provider: Provider, hanna: User) -> None:
    answer = provider.make(person())
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["Location"] == made["meta"]["location"]
    sora = Employee.objects.get(number="770001")
    assert made["id"] == str(sora.public_id)
    stored = (sora.full_name, sora.family_kana, sora.department.code, sora.job_title, sora.email)
    assert stored == ("青木 空", "アオキ", "20", "販売員", "sora@acme.example")
    assert (sora.phone, sora.started_on) == ("03-1111-2222", timezone.localdate())
    assert made[ENTERPRISE] == {"employeeNumber": "770001", "department": "食品フロア"}
    browser = signed_in(hanna)
    assert "青木 空" in browser.get("/admin/people/employee/?q=770001").content.decode()
    kept = "認証基盤が、この人を sora@acme.example として管理しています"
    assert kept in browser.get(f"/admin/people/employee/{sora.pk}/change/").content.decode()
    trail = browser.get("/portal/hr/trail/").content.decode()
    assert "SCIM" in trail
    assert "入社する人を登録しました" in trail
    changes = browser.get("/admin/auditlog/logentry/?q=青木").content.decode()
    assert re.search(r">\s*SCIM\s*<", changes), "the menu has the word in brackets"


def test_anyone_who_works_here_is_taken_over_and_keeps_what_hr_wrote(
    provider: Provider, anna: Employee
) -> None:
    before = Employee.objects.filter(pk=anna.pk).values().get()
    people = Employee.objects.count()
    key = taken_over(provider, anna)
    assert Employee.objects.count() == people
    after = Employee.objects.filter(pk=anna.pk).values().get()
    assert after == before | {"email": "020182@acme.example"}
    again = provider.make(person("other@acme.example", anna.number))
    assert "employeeNumber" in refused(again, 409, "uniqueness")
    assert provider.get(f"Users/{key}").json()[ENTERPRISE]["department"] == "10"


def test_a_change_of_department_moves_her_to_the_other_supervisor(
    provider: Provider, anna: Employee, annas_phone: Phone, carla: User
) -> None:
    key = taken_over(provider, anna)
    theirs = SupervisorAssignment.objects.get(supervisor__user=carla).department
    moved = {"op": "Add", "path": f"{ENTERPRISE}:department", "value": theirs.code}
    assert provider.patch(key, moved).status_code == 204
    assert carla.get_full_name() in [
        one["name"] for one in annas_phone.get("device").json()["reachable"]
    ]


def test_anyone_who_leaves_signs_in_no_more_and_can_call_until_midnight(
    provider: Provider, boris: User, annas_phone: Phone
) -> None:
    phone, browser = phone_of(boris.employee), signed_in(boris)
    alarm = annas_phone.tap().json()["id"]
    key = taken_over(provider, boris.employee)
    assert browser.get("/portal/").status_code == 200
    assert provider.patch(key, SWITCHED_OFF).status_code == 204
    assert provider.get(f"Users/{key}").json()["active"] is False
    assert browser.get("/portal/").status_code == 302
    assert phone.get("device").status_code == 200
    boris.employee.refresh_from_db()
    assert boris.employee.ended_on == timezone.localdate()
    a_day_goes_by(boris.employee)
    assert phone.get("device").status_code == 401
    device = phone.device
    device.refresh_from_db()
    assert device.revoked_at
    assert Incident.objects.get(public_id=alarm).state == "open"


def test_who_comes_back_is_here_again_and_given_devices_anew(
    provider: Provider, anna: Employee, annas_phone: Phone
) -> None:
    key = taken_over(provider, anna)
    provider.patch(key, SWITCHED_OFF)
    a_day_goes_by(anna)
    assert provider.patch(key, SWITCHED_ON).status_code == 204
    assert provider.get(f"Users/{key}").json()["active"] is True
    anna.refresh_from_db()
    assert (anna.ended_on, anna.left_at) == (None, None)
    assert annas_phone.get("device").status_code == 403, "it was revoked"
    assert phone_of(anna).get("device").status_code == 200


def test_a_last_day_that_hr_has_set_stays_until_it_is_over(
    provider: Provider, anna: Employee
) -> None:
    key = taken_over(provider, anna)
    Employee.objects.filter(pk=anna.pk).update(ended_on="2036-03-31")
    provider.patch(key, SWITCHED_ON, {"op": "replace", "path": "title", "value": "店長"})
    anna.refresh_from_db()
    assert (anna.job_title, str(anna.ended_on)) == ("店長", "2036-03-31")
    provider.patch(key, SWITCHED_OFF)
    anna.refresh_from_db()
    assert anna.ended_on == timezone.localdate()


def test_deleted_there_is_left_here_and_nothing_is_erased(
    provider: Provider, anna: Employee
) -> None:
    key = taken_over(provider, anna)
    assert provider.call("DELETE", f"Users/{key}").status_code == 204
    refused(provider.get(f"Users/{key}"), 404)
    refused(provider.call("DELETE", f"Users/{key}"), 404)
    anna.refresh_from_db()
    assert anna.ended_on == timezone.localdate()
    Employee.objects.filter(pk=anna.pk).update(ended_on="2026-01-01")
    assert taken_over(provider, anna) == key
    anna.refresh_from_db()
    assert anna.ended_on is None


def test_the_last_hr_administrator_keeps_the_sign_in(provider: Provider, hanna: User) -> None:
    User.objects.filter(roles__contains=["hr_admin"]).exclude(pk=hanna.pk).update(is_active=False)
    key = taken_over(provider, hanna.employee)
    assert provider.patch(key, SWITCHED_OFF).status_code == 204
    hanna.refresh_from_db()
    assert hanna.is_active


def test_what_is_said_again_changes_nothing_and_is_not_written_down(provider: Provider) -> None:
    key = provider.made()
    before = provider.get(f"Users/{key}").json()
    entries = LogEntry.objects.count()
    assert provider.call("PUT", f"Users/{key}", person()).status_code == 200
    assert (
        provider.patch(key, {"op": "replace", "path": "title", "value": "販売員"}).status_code
        == 204
    )
    assert provider.get(f"Users/{key}").json() == before
    assert LogEntry.objects.count() == entries


def test_what_a_put_leaves_out_stays_and_what_is_empty_goes(provider: Provider) -> None:
    key = provider.made()
    short = person(phoneNumbers=None, title=None, emails=[], **{ENTERPRISE: None, JAPANESE: None})
    assert provider.call("PUT", f"Users/{key}", short).status_code == 200
    sora = Employee.objects.get(number="770001")
    assert (sora.phone, sora.job_title, sora.email) == ("03-1111-2222", "販売員", "")
    assert (sora.family_kana, sora.department.code) == ("アオキ", "20")


def test_the_version_says_whether_somebody_has_changed(provider: Provider) -> None:
    key = provider.made()
    first = provider.get(f"Users/{key}")
    tag = first.headers["ETag"]
    assert tag == first.json()["meta"]["version"]
    assert provider.get(f"Users/{key}", **{"If-None-Match": tag}).status_code == 304
    Employee.objects.filter(number="770001").update(job_title="店長")
    assert provider.get(f"Users/{key}", **{"If-None-Match": tag}).status_code == 200
    late = provider.call("PUT", f"Users/{key}", person(title="x"), **{"If-Match": tag})
    refused(late, 412)
    assert Employee.objects.get(number="770001").job_title == "店長"


def test_a_suspended_companys_provider_finds_no_host(provider: Provider, acme: Company) -> None:
    Company.objects.filter(pk=acme.pk).update(is_suspended=True)
    forget_cached_companies()
    try:
        assert provider.get("Users").status_code == 404
    finally:
        Company.objects.filter(pk=acme.pk).update(is_suspended=False)
        forget_cached_companies()
