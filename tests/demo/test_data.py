"""What the demo shows is harmless to dial, of today, and ready to answer."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.utils import timezone

from demo import desk
from demo.conditions import NOTES, fill_conditions
from demo.data import ACME, GLOBEX
from operations.models import Shift
from people.models import Employee
from tenants.models import Company
from tests.demo.conftest import browser
from wellbeing.models import CheckIn, WeeklyFigure

EMERGENCY = ("110", "118", "119")
NUMBER = re.compile(r"[0-9][0-9-]{2,}")


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def numbers() -> set[str]:
    """What looks as if it could be dialled: from three digits on."""
    parts = (desk.CENTRES, desk.GUIDES, desk.ACME_PROTOCOL, desk.DESK_PROTOCOL)
    all_texts = texts([asdict(ACME), asdict(GLOBEX), *parts])
    found = {number for text in all_texts for number in NUMBER.findall(text)}
    return found | {"0120-000-000", *Employee.objects.values_list("phone", flat=True)}


def test_no_number_of_the_demo_can_be_taken_for_the_polices(acme: Company) -> None:
    spoken_of = {"110"}  # 「必要なら110番通報し」 of the protocol is meant so
    assert [one for one in numbers() - spoken_of if one.endswith(EMERGENCY)] == []
    assert [site for site in (*ACME.sites, *GLOBEX.sites) if "110" in site[-1]] == []


def test_every_outside_number_leads_nowhere(acme: Company) -> None:
    """No exchange begins with 0: behind the area code these ring with nobody."""
    outside = [one for one in numbers() if one.startswith("0") and "-" in one]
    assert outside
    assert [one for one in outside if not one.split("-")[1].startswith("000")] == []


def test_no_two_people_write_the_same_note(globex: Company, acme: Company) -> None:
    fill_conditions()
    notes = Counter(CheckIn.objects.exclude(note="").values_list("note", flat=True))
    assert len(notes) >= len(NOTES) // 2
    assert [note for note, times in notes.items() if times > 1] == []
    last = CheckIn.objects.exclude(note="").latest("date").date
    assert timezone.localdate() - last < timedelta(days=7)


def test_the_trend_reaches_to_the_week_that_has_just_ended(acme: Company) -> None:
    fill_conditions()
    today = timezone.localdate()
    newest = WeeklyFigure.objects.aggregate(newest=models.Max("week"))["newest"]
    assert newest == today - timedelta(days=today.weekday() + 7)


@pytest.fixture
def seeded(db: None) -> None:
    call_command("seed_demo")


def test_the_operators_are_on_shift_from_the_start(seeded: None) -> None:
    assert set(Shift.objects.on_duty().values_list("console", flat=True)) == {"01", "02", "03"}
    call_command("seed_demo")
    assert Shift.objects.on_duty().count() == 3


def test_whoever_opens_the_operators_link_is_on_shift(visitor: Client) -> None:
    link = re.findall(
        r'href="http://ops\.localhost:\d+([^"]+ops:olga[^"]+)"', visitor.get("/").text
    )
    olga = browser("ops.localhost")
    Shift.objects.all().delete()
    olga.get(link[0])
    assert Shift.objects.on_duty().count() == 1
    olga.post("/desk/end/")
    assert Shift.objects.on_duty().count() == 0
    olga.get(link[0])
    assert Shift.objects.on_duty().count() == 1
