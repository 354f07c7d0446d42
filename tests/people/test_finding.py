"""People are found as somebody types them, in every list in which they have a name."""

from typing import Any

import pytest

from people.models import Employee
from tests.conftest import NO_PLANS, phone_of, signed_in

NAMES = {
    "family_name": "𠮷崎",
    "given_name": "さくら",
    "family_kana": "ヨシザキ",
    "given_kana": "サクラ",
}
WAYS = (
    "ヨシザキ",
    "ﾖｼｻﾞｷ",
    "よしざき",
    "ヨシサ゛キ",
    "ヨシサ\u3099キ",
    "𠮷崎さくら",
    "𠮷崎　さくら",
    "ヨシザキサクラ",
    "ﾖｼｻﾞｷ ｻｸﾗ",
    "さくら ヨシザキ",
    "９９０００１",
)
LISTS = ("employee", "device")


@pytest.fixture
def yoshizaki(anna) -> Employee:
    found = Employee.objects.create(number="990001", department=anna.department, **NAMES)
    phone_of(found)
    return found


def results(hanna, model: str, words: str) -> int:
    answer: Any = signed_in(hanna).get(f"/admin/people/{model}/", {"q": words})
    count: int = answer.context_data["cl"].result_count
    return count


@pytest.mark.parametrize("words", WAYS)
def test_one_person_is_found_by_each_way_of_writing_the_name(words, hanna, yoshizaki):
    assert [results(hanna, model, words) for model in LISTS] == [1, 1]


def test_every_word_has_to_fit(hanna, yoshizaki):
    assert results(hanna, "employee", "ヨシザキ ミサキ") == 0
    assert results(hanna, "employee", "ヨシサキ") == 0  # without its sound mark another name
    everybody = Employee.objects.count()
    assert results(hanna, "employee", " ") == everybody


def test_kana_typed_by_hand_are_stored_as_everybody_elses(hanna, yoshizaki):
    browser = signed_in(hanna)
    address = f"/admin/people/employee/{yoshizaki.pk}/change/"
    page: Any = browser.get(address)
    fields = {k: v for k, v in page.context["adminform"].form.initial.items() if v is not None}
    typed = {"family_kana": "ｱﾍﾞ", "given_kana": "さくら"}
    assert browser.post(address, fields | NO_PLANS | typed).status_code == 302
    assert results(hanna, "employee", "アベサクラ") == 1
