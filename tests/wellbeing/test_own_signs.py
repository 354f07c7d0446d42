"""A company chooses how the three answers look; everybody who sees them sees the same."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from tests.conftest import Phone, signed_in
from tests.support.condition_settings import save_settings
from tests.support.conditions import say, today
from wellbeing.models import WellbeingSettings

OWN = {"icon_set": "own", "own_good": "🙂", "own_normal": " 😐 ", "own_bad": "😣"}


def signs(phone: Phone) -> dict[str, dict[str, str]]:
    shown: dict[str, dict[str, str]] = phone.get("check-ins").json()["icons"]
    return shown


def test_without_a_choice_they_are_faces(annas_phone: Phone) -> None:
    assert signs(annas_phone)["bad"] == {"picture": "frown", "sign": ""}


def test_hr_chooses_a_built_in_set(hanna: User, annas_phone: Phone) -> None:
    assert save_settings(hanna, icon_set="weather").status_code == 302
    assert signs(annas_phone)["good"] == {"picture": "sun", "sign": ""}


def test_own_signs_reach_the_app_and_the_board(
    hanna: User, boris: User, annas_phone: Phone
) -> None:
    assert save_settings(hanna, **OWN).status_code == 302
    assert signs(annas_phone)["normal"] == {"picture": "", "sign": "😐"}
    say(annas_phone, "bad")
    board = signed_in(boris).get("/portal/conditions/").content.decode()
    assert "😣" in board
    assert "#frown" not in board


@pytest.mark.parametrize(
    "sign",
    ["", "  ", "悪い", "😣😣", "\u200b", "\u202e", "<b>", "😐", "\u200d"],
    ids=ascii,
)
def test_what_is_no_sign_of_its_own_is_refused_with_a_sentence(hanna: User, sign: str) -> None:
    page = save_settings(hanna, **OWN | {"own_bad": sign})
    assert "3つとも違う記号" in page.content.decode()
    assert not WellbeingSettings.objects.exists()


@pytest.mark.parametrize("sign", ["△", "×", "悪", "☔️", "👎🏽", "🏳️\u200d🌈"], ids=ascii)
def test_letters_marks_and_joined_emoji_are_one_sign(hanna: User, sign: str) -> None:
    assert save_settings(hanna, **OWN | {"own_bad": sign}).status_code == 302
    assert WellbeingSettings.current().own_bad == sign


def month(phone: Phone, of: str) -> Any:
    return phone.get(f"me/conditions/{of}")


def test_a_month_has_every_day_answered_or_not(annas_phone: Phone) -> None:
    say(annas_phone, "bad", note="眠れません")
    days = month(annas_phone, f"{today():%Y-%m}").json()["days"]
    assert [one["date"][-2:] for one in days] == [f"{n:02}" for n in range(1, len(days) + 1)]
    answered = {one["date"]: one for one in days if one["condition"]}
    assert list(answered) == [today().isoformat()]
    assert answered[today().isoformat()]["note"] == "眠れません"
    assert {one["is_working"] for one in days} == {True, False}


def test_before_the_first_answer_there_is_nothing_to_turn_back_to(annas_phone: Phone) -> None:
    say(annas_phone, "good")
    next_month = today().replace(day=28) + timedelta(days=7)
    assert month(annas_phone, f"{today():%Y-%m}").json()["is_first"]
    assert not month(annas_phone, f"{next_month:%Y-%m}").json()["is_first"]


@pytest.mark.parametrize("wrong", ["2026-13", "now", "2026-11-01", "0000-01", "10000-01"])
def test_what_is_no_month_is_refused(annas_phone: Phone, wrong: str) -> None:
    assert month(annas_phone, wrong).status_code == 422
