"""HR sets up conditions and reads none; named lists are off until HR says why."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.models import Role, User
from audit.models import AuditEvent
from incidents.models import Incident
from people.models import Employee
from tests.conftest import Phone, signed_in
from tests.isolation.routes import all_routes
from tests.support.condition_settings import save_settings
from tests.support.conditions import say, today
from wellbeing.daily import run_rules
from wellbeing.followups import plan_follow_ups
from wellbeing.models import CareReason, CareTask, CheckIn, RuleSetting, WellbeingSettings
from wellbeing.rehearsal import rehearse
from wellbeing.rules import DEFAULTS

SECRET = "夜も眠れません"
ADMIN = "/admin/wellbeing/"


def test_named_lists_are_switched_on_only_with_a_reason(hanna: User) -> None:
    answer = save_settings(hanna, exports_on="on", exports_reason="  ")
    assert "氏名入りの一覧が必要な理由" in answer.content.decode()
    assert not WellbeingSettings.objects.exists()
    assert save_settings(hanna, exports_on="on", exports_reason="産業医面談").status_code == 302
    kept = WellbeingSettings.current()
    assert (kept.exports_by, kept.exports_since is not None) == (hanna, True)
    events = [event.payload["verb"] for event in AuditEvent.objects.of("admin")]
    assert "conditions.exports_switched" in events


def rule(user: User, **fields: str):
    form = {"rule": "many_bad", "is_on": "on", "count": "2", "within_days": "7"}
    return signed_in(user).post(f"{ADMIN}rulesetting/add/", form | fields)


def test_a_rule_is_switched_on_after_its_dry_run_which_names_nobody(
    hanna: User, anna: Employee
) -> None:
    people = list(Employee.objects.all())
    week = today() - timedelta(days=today().weekday() + 7)
    CheckIn.objects.bulk_create(
        CheckIn(employee=one, department=one.department, date=week + timedelta(n), condition="bad")
        for one in people[:12]
        for n in range(3)
    )
    page = rule(hanna).content.decode()
    assert not RuleSetting.objects.exists()
    assert "10人以上" in page
    assert "5人未満" in page
    assert not [one for one in people if one.full_name in page and one.user != hanna]
    assert rule(hanna, seen="on").status_code == 302
    assert RuleSetting.objects.get().count == 2


def test_hr_asks_to_hear_of_flat_lines_and_the_board_says_so(
    hanna: User, boris: User, anna: Employee
) -> None:
    """Bad until twenty days ago and good every day since."""
    people = list(Employee.objects.exclude(employment="outside"))
    dates = [today() - timedelta(days=n) for n in range(35)]
    CheckIn.objects.bulk_create(
        CheckIn(
            employee=one, department=one.department, date=on, condition="good" if n < 20 else "bad"
        )
        for one in people
        for n, on in enumerate(dates)
    )
    run_rules(today())
    assert not CareReason.objects.filter(rule="flat").exists(), "off by default"
    fields = {"rule": "flat", "count": "20", "within_days": ""}
    assert "人以上" not in rule(hanna, **fields).content.decode()
    assert "人以上" in rule(hanna, **fields | {"count": "3"}).content.decode()
    assert "60 以下" in rule(hanna, **fields | {"count": "61"}).content.decode()
    assert rule(hanna, **fields, seen="on").status_code == 302
    assert "同じ回答が続く" in signed_in(hanna).get(f"{ADMIN}rulesetting/").content.decode()
    run_rules(today())
    assert CareTask.objects.filter(employee=anna).count() == 1
    assert "「良い」が20日続く" in signed_in(boris).get("/portal/conditions/").content.decode()


def test_the_rules_that_nobody_changed_are_said_to_work_as_usual(hanna: User) -> None:
    page = signed_in(hanna).get(f"{ADMIN}rulesetting/").content.decode()
    for line in ("今日は悪い: 使う", "（5日間に3回）", "同じ回答が続く: 使わない（20日）"):
        assert line in page


def test_a_dry_run_counts_nobody_out(anna: Employee) -> None:
    week = today() - timedelta(days=today().weekday() + 7)
    people = list(Employee.objects.exclude(employment="outside").order_by("pk"))
    shown = []
    for count in range(1, 12):
        one = people[count - 1]
        CheckIn.objects.create(employee=one, department=one.department, date=week, condition="bad")
        shown.append(rehearse("bad_now", DEFAULTS["bad_now"], today())[-1].at_least)
    assert shown == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]


@pytest.fixture
def answered(annas_phone: Phone, anna: Employee, boris: User) -> dict[str, str]:
    """Something to find in each table, and what it is called in an address."""
    say(annas_phone, "bad", note=SECRET, wants_contact=True)
    annas_phone.post("me/health-referral")
    incident = annas_phone.tap().json()["id"]
    signed_in(boris).post(
        f"/portal/incidents/{incident}/close/", {"outcome": "resolved", "presses": 0}
    )
    plan_follow_ups(Incident.objects.get(public_id=incident))
    task, check_in = CareTask.objects.all()[0], CheckIn.objects.get()
    return {"task": str(task.public_id), "check-in": str(check_in.public_id), "pk": str(task.pk)}


def addresses(names: dict[str, str]) -> set[str]:
    """Every address of a company's host, with everything that could be named in it."""
    found = set()
    for route in all_routes():
        kind, _space, rest = route.partition(" ")
        path = rest.rpartition(" ")[2]
        if kind != "company" or "logout" in path:
            continue
        for name in names.values():
            parts = [name if part.startswith("<") else part for part in path.split("/")]
            found.add("/".join(parts).replace("^", "").replace("$", ""))
    return found


@pytest.mark.parametrize("role", [Role.HR_ADMIN, Role.IT_ADMIN, Role.PRIVACY_AUDITOR])
def test_anyone_who_sets_up_reads_no_answer_at_any_address(
    role: str, answered: dict[str, str], boris: User
) -> None:
    user = User.objects.create_user("setup", None, family_name="設定", roles=[role])
    browser = signed_in(user)
    for address in addresses(answered):
        page = browser.get(address)
        if not page.streaming:
            assert SECRET not in page.content.decode(errors="replace"), address
    for address in ("/portal/conditions/", "/portal/care/", "/portal/conditions/sheet.xlsx"):
        assert browser.get(address).status_code == 404
    settle = f"/portal/care/{answered['task']}/settle/"
    assert browser.post(settle, {"outcome": "talked"}).status_code == 404
    for table in ("checkin", "checkinrevision", "caretask", "carereason", "followup", "look"):
        assert browser.get(f"{ADMIN}{table}/").status_code == 404
    assert SECRET in signed_in(boris).get("/portal/conditions/").content.decode()


def test_a_named_list_leaves_only_while_hr_allows_it_and_each_time_is_recorded(
    answered: dict[str, str], boris: User, hanna: User
) -> None:
    browser: Client = signed_in(boris)
    paths = ("/portal/conditions/sheet.xlsx", "/portal/conditions/paper/")
    for path in paths:
        assert browser.get(path).status_code == 404
    assert paths[0] not in browser.get("/portal/conditions/").content.decode()
    save_settings(hanna, exports_on="on", exports_reason="産業医面談")
    sheet, paper = (browser.get(path) for path in paths)
    notice = "人事評価には使いません"
    rows = load_workbook(BytesIO(sheet.content)).worksheets[0]
    assert notice in str(rows["A1"].value)
    assert notice in paper.content.decode()
    assert notice in browser.get("/portal/conditions/").content.decode()
    events = [e.payload for e in AuditEvent.objects.of(f"conditions:{boris.public_id}")]
    forms = [event["form"] for event in events if event["verb"] == "conditions.exported"]
    assert forms == ["excel", "print"]
