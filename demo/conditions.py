"""Ten weeks of answers in the demo companies, so that the board has something to say."""

import random
from datetime import date, timedelta

from django.utils import timezone

from demo.seed import ANNA
from people.models import Employee
from wellbeing.daily import run_rules
from wellbeing.models import CheckIn, IncidentFigure, SupportLine
from wellbeing.weekly_figures import LATE_ANSWERS, close_weeks, quarter_of

DAYS = 70
GLOOMY = ("normal", "bad", "bad", "bad", None)
MOODS = ("good", "good", "good", "good", "normal", "normal", "bad", None)
NOTES = (
    "午前の対応で少し疲れました",
    "強い口調のお客様が続きました",
    "昨夜あまり眠れませんでした",
    "一人の時間帯が不安でした",
    "電話で長く怒鳴られました",
    "休憩が取れませんでした",
    "頭が重く、早めに帰ります",
    "同じお客様がまた来られました",
    "引き継ぎが多く、気が張っています",
    "名札を撮られそうになりました",
    "腰が痛みます",
    "クレームの電話が気になっています",
    "閉店後まで対応が続きました",
    "少し話を聞いてもらえると助かります",
    "人手が足りず慌ただしい一日でした",
    "風邪気味です",
    "返品の対応で言い合いになりました",
    "出勤前から気が重いです",
    "待ち時間のことで責められました",
    "家のことで少し疲れています",
)
"""Each is somebody's of the last days: nobody writes what somebody else has written."""

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
    _write_notes(answers, chance)
    CheckIn.objects.bulk_create(answers)
    for weeks_ago in reversed(range(DAYS // 7)):
        # Nobody's answer is late here, so the week that has just ended is closed, too.
        close_weeks(today + LATE_ANSWERS - timedelta(weeks=weeks_ago))
    _fill_quarters(today)
    run_rules(today)


def _write_notes(answers: list[CheckIn], chance: random.Random) -> None:
    """One note each, under the newest bad days of different people."""
    newest = {
        answer.employee_id: answer for answer in reversed(answers) if answer.condition == "bad"
    }
    for answer, note in zip(newest.values(), chance.sample(NOTES, len(NOTES)), strict=False):
        answer.note = note


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
        wants_contact=mood == "bad" and chance.random() < 0.2,
    )
