"""Anyone who has no app answers by the link of a reminder. Opening it does nothing."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from jobs.models import Job
from notifications.models import Notice
from notifications.services import save_push_subscription
from people.models import Employee, Leave
from tests.conftest import Phone
from tests.jobs.by_hand import run_now
from tests.support.conditions import at, today
from wellbeing.daily import remind
from wellbeing.models import CheckIn, CheckInRevision

BROWSER = Client(headers={"Host": "acme.localhost"})


@pytest.fixture
def link(anna: Employee, settings) -> str:
    """Of the mail that anna got this morning."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Employee.objects.exclude(pk=anna.pk).update(email="")
    Employee.objects.filter(pk=anna.pk).update(email="anna@acme.example")
    remind(at("09:45", workday()))
    for job in Job.objects.filter(kind="notifications.deliver"):
        run_now(job.pk)
    (message,) = mail.outbox
    assert message.to == ["anna@acme.example"]
    (line,) = [line for line in message.body.splitlines() if "/portal/check-in/" in line]
    found = urlsplit(line)
    return f"{found.path}?{found.query}"


def workday() -> date:
    """The reminder must fall on one; the answer is always today's."""
    return today() - timedelta(days=max(0, today().weekday() - 4))


def form(**fields: str) -> dict[str, str]:
    return {"on": today().isoformat(), "condition": "bad", "note_audience": "health"} | fields


def test_the_page_asks_and_opening_it_records_nothing(link: str) -> None:
    for _scanner in range(2):
        page = BROWSER.get(link)
    assert page.status_code == 200
    assert "今日の調子は？" in page.content.decode()
    assert BROWSER.head(link).status_code == 200
    assert not CheckIn.objects.exists()


def test_its_post_records_and_the_same_day_again_keeps_the_history(
    link: str, anna: Employee
) -> None:
    answer = BROWSER.post(link, form(note="眠れません"))
    assert answer.status_code == 302
    assert BROWSER.post(link, form(condition="good")).status_code == 302
    (kept,) = CheckIn.objects.all()
    assert (kept.employee, kept.date, kept.condition) == (anna, today(), "good")
    assert kept.note_audience == "health"
    assert [old.note for old in CheckInRevision.objects.all()] == ["眠れません"]


def test_the_page_never_shows_what_was_answered(link: str) -> None:
    """It may have been passed on."""
    BROWSER.post(link, form(note="眠れません"))
    page = BROWSER.get(f"{link}&done=1").content.decode()
    assert "眠れません" not in page
    assert "checked" not in page.split("</fieldset>")[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"condition": ""},
        {"condition": "superb"},
        {"note": "x" * 102_400},
        {"note_audience": "everybody"},
        {"on": "2026-13-40"},
        {"on": "2020-01-01"},
    ],
)
def test_what_cannot_be_understood_says_so_and_keeps_nothing(
    link: str, fields: dict[str, str]
) -> None:
    answer = BROWSER.post(link, form(**fields))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_a_forged_link_and_another_company_s_open_nothing(link: str) -> None:
    assert BROWSER.get(link[:-3] + "xyz").status_code == 404
    assert Client(headers={"Host": "globex.localhost"}).get(link).status_code == 404
    assert BROWSER.get(link).status_code == 200


def test_anyone_who_can_be_woken_gets_no_mail(annas_phone: Phone, anna: Employee) -> None:
    Employee.objects.exclude(pk=anna.pk).update(email="")
    Employee.objects.filter(pk=anna.pk).update(email="anna@acme.example")
    save_push_subscription(annas_phone.device, "https://push.example/anna", "x" * 87, "y" * 22)
    remind(at("09:45"))
    (notice,) = Notice.objects.filter(kind="check_in")
    assert notice.recipient_device == annas_phone.device
    assert [one.channel for one in notice.deliveries.all()] == ["webpush"]


def test_on_leave_there_is_no_mail(anna: Employee) -> None:
    Employee.objects.exclude(pk=anna.pk).update(email="")
    Employee.objects.filter(pk=anna.pk).update(email="anna@acme.example")
    Leave.objects.create(employee=anna, starts_on="2026-11-01", ends_on="2026-11-30")
    remind(at("09:45"))
    assert not Notice.objects.filter(kind="check_in").exists()
