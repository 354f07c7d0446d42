"""A list of employees is work for later: what its page says meanwhile, and that it is all or
nothing, no matter who dies, presses twice or comes first."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from jobs.claims import free_overdue
from jobs.models import Job
from people.imports.progress import ImportProgress
from people.models import Employee, Upload
from tenants.context import run_in
from tenants.models import Company
from tenants.schemas import enter_schema, leave_schema
from tests.conftest import signed_in
from tests.jobs.by_hand import run_now
from tests.support.imports import (
    GOOD,
    HEAD,
    browser_in,
    company,
    confirm,
    imported,
    press_import,
    promised,
    run_all,
    upload,
)

__all__ = ["company"]

MANY = 150


def sent(browser: Client, *rows: str) -> str:
    """The address of the page that an upload leads to; nothing has run yet."""
    file = SimpleUploadedFile("社員.csv", "\r\n".join([HEAD, *rows]).encode())
    answer = browser.post("/admin/people/employee/import/", {"import_file": file, "format": "0"})
    return answer["Location"]


def told(browser: Client, page: str) -> tuple[str, int | None, int | None]:
    answer = browser.get(page + "progress/").json()
    return answer["state"], answer["done"], answer["rows"]


def test_the_page_says_how_far_it_is_and_then_what_became_of_it(hanna):
    browser = signed_in(hanna)
    page = sent(browser, GOOD)
    waiting = browser.get(page).content.decode()
    assert "内容を確認しています" in waiting
    assert 'role="progressbar"' in waiting
    assert told(browser, page) == ("checking", None, None)
    enter_schema("acme")
    ImportProgress(Upload.objects.get().public_id, 5000)(1200)
    assert told(browser, page) == ("checking", 1200, 5000)
    run_all()
    assert told(browser, page) == ("checked", None, None)


def test_without_valkey_it_is_imported_all_the_same(hanna, settings):
    settings.CACHES = settings.CACHES | {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9"}
    }
    browser = signed_in(hanna)
    page = sent(browser, GOOD)
    assert told(browser, page) == ("checking", None, None)
    run_all()
    assert "従業員を取り込みました" in confirm(browser, browser.get(page).content.decode())


def test_the_file_is_gone_once_it_is_imported_and_all_of_it_after_a_day(hanna):
    browser, page = upload(hanna, GOOD)
    assert bytes(Upload.objects.get().content)
    confirm(browser, page)
    assert Upload.objects.get().content is None
    promised("people.forget_upload").update(due_at=timezone.now())
    run_all()
    assert not Upload.objects.exists()
    assert Employee.objects.filter(number="020300").exists()


def test_pressed_twice_it_is_imported_once(hanna):
    browser, page = upload(hanna, GOOD)
    press_import(browser, page)
    press_import(browser, page)
    enter_schema("acme")
    assert promised("people.import_upload").count() == 1


def test_what_another_import_has_changed_meanwhile_is_looked_at_again(hanna):
    browser, page = upload(hanna, "20182,別姓,別名,ベツ,ベツ,10,,2020/4/1")
    imported(hanna, "20182,先姓,先名,サキ,サキ,10,,2020/4/1")
    again = confirm(browser, page)
    assert "先に別の取り込みが行われた" in again
    assert "<del>先姓</del> <ins>別姓</ins>" in again
    assert Employee.objects.get(number="020182").family_name == "先姓"
    confirm(browser, again)
    assert Employee.objects.get(number="020182").family_name == "別姓"


def test_an_import_whose_worker_always_dies_ends_with_a_sentence(hanna):
    browser, page = upload(hanna, GOOD)
    page = press_import(browser, page)["Location"]
    enter_schema("acme")
    promised("people.import_upload").update(attempts=7)
    run_all()
    assert "何も取り込まれていません" in browser.get(page).content.decode()
    enter_schema("acme")
    assert Upload.objects.get().content is None
    assert not Employee.objects.filter(number="020300").exists()


# With committed rows: a company of its own.


def run_jobs_of(company: Company, kind: str) -> None:
    leave_schema()
    for job in Job.objects.filter(company=company, kind=kind, state=Job.State.PENDING):
        run_now(job.pk)


def looked_at(browser: Client, company: Company, *rows: str) -> str:
    page = sent(browser, *rows)
    run_jobs_of(company, "people.check_upload")
    return browser.get(page).content.decode()


def how_many(company: Company) -> int:
    return run_in(company, Employee.objects.count)


WORKER = "import django; django.setup(); from tests.jobs.by_hand import run_now; run_now({})"


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_imports_all(company):
    rows = [f"{30000 + n},山田,花子{n},ヤマダ,ハナコ,10,,R8.4.1" for n in range(MANY)]
    browser = browser_in(company)
    page = press_import(browser, looked_at(browser, company, *rows))["Location"]
    leave_schema()
    job = Job.objects.get(company=company, kind="people.import_upload")
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    worker = subprocess.Popen([sys.executable, "-c", WORKER.format(job.pk)], env=settings)
    latest = time.monotonic() + 60
    while not told(browser, page)[1]:
        assert worker.poll() is None
        assert time.monotonic() < latest
    worker.kill()
    worker.wait()
    assert told(browser, page)[0] == "importing"
    assert how_many(company) == 0
    Job.objects.filter(pk=job.pk).update(lease_until=Now())
    free_overdue()
    run_jobs_of(company, "people.import_upload")
    assert "従業員を取り込みました" in browser.get(page).content.decode()
    assert how_many(company) == MANY


def test_of_two_who_confirm_at_once_the_second_is_told_to_wait(company, django_db_blocker):
    browsers = [browser_in(company) for _ in range(2)]
    pages = [
        looked_at(browsers[n], company, f"4000{n},山田,二,ヤマダ,ニ,10,,R8.4.1") for n in range(2)
    ]
    start = threading.Barrier(2)

    def press(n: int) -> str:
        with django_db_blocker.unblock():
            start.wait(30)
            try:
                answer = press_import(browsers[n], pages[n])
                return browsers[n].get(answer["Location"]).content.decode()
            finally:
                connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, range(2)))
    assert sorted("ほかの取り込みが進んでいます" in page for page in answers) == [False, True]
    run_jobs_of(company, "people.import_upload")
    second = next(n for n in range(2) if "ほかの取り込みが進んでいます" in answers[n])
    assert (
        "もう一度確認しています"
        in browsers[second]
        .get(press_import(browsers[second], answers[second])["Location"])
        .content.decode()
    )
