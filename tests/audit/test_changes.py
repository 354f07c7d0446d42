"""Changes of settings and master data: who changed what, in whose company."""

import pytest
from auditlog.models import LogEntry
from django.db import ProgrammingError, transaction

from people.devices.services import issue_code
from people.models import Device, Employee
from tenants.context import run_in
from tenants.schemas import enter_schema
from tests.conftest import NO_PLANS, Phone, signed_in


def changes(of: object) -> list[LogEntry]:
    enter_schema("acme")
    return list(LogEntry.objects.get_for_object(of).order_by("pk"))


def test_a_change_by_hr_names_her(anna: Employee, hanna, globex):
    before = len(changes(anna))
    page = signed_in(hanna)
    form = page.get(f"/admin/people/employee/{anna.pk}/change/").context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if value is not None}
    answer = page.post(
        f"/admin/people/employee/{anna.pk}/change/",
        fields | NO_PLANS | {"job_title": "主任"},
        headers={
            "X-Forwarded-For": "not an address",
            "X-Forwarded-Port": "9" * 30,
            "X-Correlation-ID": "x" * 400,
        },
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    entry = changes(anna)[-1]
    assert len(changes(anna)) == before + 1
    assert (entry.actor, entry.changes_dict) == (hanna, {"job_title": ["", "主任"]})
    assert entry.remote_addr is None
    named = LogEntry.objects.filter(changes__has_key="job_title", actor__isnull=False)
    assert named.exists()
    assert not run_in(globex, named.all().exists)


def test_a_device_that_enrols_and_replaces_another_leaves_both_changes(anna: Employee):
    code = issue_code(holder=anna)
    for _installation in range(2):
        Phone(Device(), "").post("devices/enroll", {"code": code, "kind": "iphone", "name": "p"})
    enter_schema("acme")
    older, newer = Device.objects.filter(employee=anna).order_by("pk")
    assert [entry.action for entry in changes(older)] == [0, 1]
    assert "revoked_at" in changes(older)[1].changes_dict
    assert [entry.action for entry in changes(newer)] == [0]
    assert "token_hash" not in changes(newer)[0].changes_dict


def test_passwords_are_not_kept(hanna):
    hanna.set_password("a quite other one 7")
    hanna.save()
    assert all("password" not in entry.changes_dict for entry in changes(hanna))


def test_a_sign_of_life_is_no_change(annas_phone: Phone):
    assert annas_phone.get("device").status_code == 200
    enter_schema("acme")
    annas_phone.device.refresh_from_db()
    assert annas_phone.device.last_seen_at is not None
    assert [entry.action for entry in changes(annas_phone.device)] == [0]


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_application_edits_no_entry(anna: Employee, act):
    anna.job_title = "主任"
    anna.save()
    entries = LogEntry.objects.get_for_object(anna)
    assert entries.exists()
    with pytest.raises(ProgrammingError), transaction.atomic():
        entries.update(changes={}) if act == "update" else entries._raw_delete("default")
