"""Lists of employees, uploaded, looked at, confirmed and undone."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from accounts.models import Role, User
from jobs.models import Job
from jobs.runs import run_next
from people.models import Department, Employee, ImportRun
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import enter_schema, leave_schema
from tests.conftest import signed_in


@pytest.fixture
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    with django_db_blocker.unblock():
        leave_schema()
        name = f"import{uuid.uuid4().hex[:8]}"
        made = create_company(name=name, schema=name, domain=f"{name}.localhost")
        run_in(made, furnish)
        yield made
        leave_schema()
        Job.objects.filter(company=made).delete()
        connection.close()


def furnish() -> None:
    Department.objects.create(name="売場", code="10")
    User.objects.create_user("hanna", family_name="人見", roles=[Role.HR_ADMIN])


def browser_in(company: Company) -> Client:
    def sign_in() -> Client:
        return signed_in(User.objects.get(username="hanna"), f"{company.schema}.localhost")

    return run_in(company, sign_in)


GOOD = "20300,髙橋,一郎,ﾀｶﾊｼ,イチロウ,10,20183,R8.4.1"


RUNS = "/admin/people/importrun/"


def press_undo(user: User) -> str:
    run = ImportRun.objects.latest("at")
    pressed = {"action": "undo", "_selected_action": [run.pk]}
    browser = signed_in(user)
    assert "取り消" in browser.post(RUNS, pressed).content.decode()
    page = browser.post(RUNS, pressed | {"confirmed": "yes"}, follow=True).content.decode()
    enter_schema("acme")
    return page


def panel(page: str, heading: str) -> str:
    """What stands below a heading of the page."""
    found = re.search(rf"<h2>{heading}.*?</section>", page, re.DOTALL)
    assert found, heading
    return re.sub("<[^>]+>", " ", found[0])


HEAD = "社員番号,姓,名,セイ,メイ,部署コード,上司社員番号,入社日"


def upload(user: User, *rows: str, encoding: str = "cp932", head: str = HEAD) -> tuple[Client, str]:
    return upload_bytes(user, "\r\n".join([head, *rows]).encode(encoding))


def upload_bytes(user: User, content: bytes, name: str = "社員.csv") -> tuple[Client, str]:
    """The page that follows when the check has ended."""
    file = SimpleUploadedFile(name, content)
    browser = signed_in(user)
    answer = browser.post("/admin/people/employee/import/", {"import_file": file, "format": "0"})
    return browser, when_done(browser, answer)


def when_done(browser: Client, answer: Any) -> str:
    """What the page says that an upload or a confirmation leads to."""
    run_all()
    page = browser.get(answer["Location"]) if answer.status_code == 302 else answer
    enter_schema("acme")
    text: str = page.content.decode()
    return text


def promised(kind: str) -> QuerySet[Job]:
    """Jobs of acme; other companies' are beside them in the table."""
    return Job.objects.filter(company__schema_name="acme", kind=kind)


def run_all() -> None:
    """What is due, as the worker does it."""
    enter_schema("acme")
    Job.objects.exclude(kind__startswith="people.").exclude(kind="accounts.invite").delete()
    while run_next(1, "test"):
        pass
    enter_schema("acme")


def confirm(browser: Client, page: str) -> str:
    return when_done(browser, press_import(browser, page))


def press_import(browser: Client, page: str) -> Any:
    found = re.search(r'name="upload" value="([^"]*)"', page)
    assert found, "there is nothing to confirm"
    return browser.post("/admin/people/employee/process_import/", {"upload": found[1]})


def imported(user: User, *rows: str, **how: str) -> Any:
    browser, page = upload(user, *rows, **how)
    assert not Employee.objects.filter(number="020300").exists()
    return confirm(browser, page)
