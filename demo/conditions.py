"""Ten weeks of answers in the demo companies, so that the board has something to say."""

import random
from datetime import date, timedelta

from django.utils import timezone

from demo.seed import ANNA
from people.models import Employee
from wellbeing.daily import run_rules
from wellbeing.models import CheckIn, IncidentFigure, SupportLine
from wellbeing.weekly_figures import close_weeks, quarter_of

DAYS = 70
GLOOMY = ("normal", "bad", "bad", "bad", None)
MOODS = ("good", "good", "good", "good", "normal", "normal", "bad", None)
NOTES = {"bad": "午前の対応で少し疲れました", "normal": "", "good": ""}

BAD_WEEK = range(23, 30)
"""Days ago: then every second answer was bad."""
EARLIER_QUARTERS = ((30, 40, 30), (20, 50, 30), (20, 40, 40), (10, 40, 50))
"""Better, as before, worse; the newest first."""


def fill_conditions() -> None:
    SupportLine.objects.create(name="社外相談窓口（匿名可）", phone="0120-000-000", hours="24時間")
    chance, today = random.Random(5), timezone.localdate()  # noqa: S311 - a demo, the same each time
    people = list(Employee.objects.exclude(employment="outside").order_by("number"))
    answers = [
        _answer(person, today - timedelta(days=back), mood, chance)
        for person in people
        for back in range(DAYS)
        if (mood := _mood(person == people[ANNA], person.pk % 9 == 4, back, chance))
    ]
    for answer in answers[::2]:
        if (today - answer.date).days in BAD_WEEK:
            answer.condition = "bad"
    CheckIn.objects.bulk_create(answers)
    for weeks_ago in reversed(range(DAYS // 7)):
        close_weeks(today - timedelta(weeks=weeks_ago))
    _fill_quarters(today)
    run_rules(today)


def _fill_quarters(today: date) -> None:
    """Of incidents that have been erased since: frozen figures stay."""
    end = quarter_of(today)
    for better, same, worse in EARLIER_QUARTERS:
        end = quarter_of(end - timedelta(days=1))
        figure = IncidentFigure(quarter=end, at_least=5, better=better, same=same, worse=worse)
        figure.save()


def _mood(is_anna: bool, is_gloomy: bool, back: int, chance: random.Random) -> str | None:
    """Anna had two bad days in a row and has not answered today."""
    if is_anna and back < 3:
        return (None, "bad", "bad")[back]
    return chance.choice(GLOOMY if is_gloomy else MOODS)


def _answer(person: Employee, on: date, mood: str, chance: random.Random) -> CheckIn:
    return CheckIn(
        employee=person,
        department_id=person.department_id,
        date=on,
        condition=mood,
        note=NOTES[mood] if chance.random() < 0.3 else "",
        wants_contact=mood == "bad" and chance.random() < 0.2,
    )
