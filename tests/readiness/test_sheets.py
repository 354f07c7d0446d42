"""HR makes enrolment sheets: asked first, shown once, in the audit, void when lost."""

import re

from audit.models import AuditEvent
from people.models import EnrolmentCode, Post
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.support.sheets import enrols, made


def test_the_list_leads_to_a_question_that_makes_nothing(hanna, anna):
    browser = signed_in(hanna)
    chosen = {"action": "make_sheets", "_selected_action": [anna.pk]}
    asked = browser.post("/admin/people/employee/", chosen, follow=True)
    assert asked.request["PATH_INFO"] == "/portal/hr/sheets/"
    assert anna.full_name in asked.content.decode()
    enter_schema("acme")
    assert not EnrolmentCode.objects.exists()


def test_a_person_and_a_post_get_a_sheet_each_and_both_enrol(hanna, anna):
    post = Post.objects.first()
    codes = made(hanna, employee=anna.pk, post=post.pk)
    assert len(set(codes)) == 2
    assert all(enrols(code) for code in codes)
    assert anna.devices.count() == post.devices.count() == 1


def test_each_sheet_is_in_the_audit_by_who_made_it(hanna, anna):
    made(hanna, employee=anna.pk)
    last = AuditEvent.objects.of("admin").last()
    assert last.payload["verb"] == "enrolment_code.issued"
    assert last.payload["employee"] == str(anna.public_id)
    assert last.payload["actor"]["id"] == str(hanna.public_id)


def test_a_lost_sheet_is_void_once_a_new_one_is_made_for_it(hanna, anna):
    (lost,) = made(hanna, employee=anna.pk)
    (new,) = made(hanna, employee=anna.pk, revoke_older="on")
    assert not enrols(lost)
    assert enrols(new)


def test_a_second_sheet_leaves_the_first_one_good(hanna, anna):
    (first,) = made(hanna, employee=anna.pk)
    made(hanna, employee=anna.pk)
    assert enrols(first)


def test_a_stolen_sheet_is_made_void_without_a_new_one(hanna, anna):
    (stolen,) = made(hanna, employee=anna.pk)
    signed_in(hanna).post("/portal/hr/sheets/revoke/", {"employee": anna.pk})
    assert not enrols(stolen)
    last = AuditEvent.objects.of("admin").last()
    assert last.payload["verb"] == "enrolment_code.revoked"


def test_who_has_left_gets_no_sheet(hanna, anna):
    anna.ended_on = "2020-01-01"
    anna.save()
    assert made(hanna, employee=anna.pk) == []


def test_a_supervisor_makes_no_sheets(boris, hanna, anna):
    refused = signed_in(boris).post("/portal/hr/sheets/print/", {"employee": anna.pk})
    assert refused.status_code == 403
    assert len(made(hanna, employee=anna.pk)) == 1


def test_the_sheet_needs_no_inline_style_or_script(hanna, anna):
    page = signed_in(hanna).post("/portal/hr/sheets/print/", {"employee": anna.pk})
    text = page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"].replace("wasm-unsafe-eval", "")
    assert not re.search(r"<style|\sstyle=|<script(?! src)|\son\w+=", text)
    assert page["Cache-Control"].count("no-store") == 1
