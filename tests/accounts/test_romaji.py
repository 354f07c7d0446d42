"""Names in Latin letters, as passports write them."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from accounts.romaji import family_name_shown, full_name_shown, name_in_latin, romaji

NAMES = {
    "タカハシ": "takahashi",
    "サトウ": "sato",
    "オオノ": "ono",
    "オノ": "ono",
    "ケンイチ": "kenichi",
    "コウイチ": "koichi",
    "ユウキ": "yuki",
    "ジュンイチロウ": "junichiro",
    "リョウ": "ryo",
    "キョウコ": "kyoko",
    "チヅル": "chizuru",
    "ニイジマ": "niijima",
    "ケイ": "kei",
    "ホンマ": "homma",
    "ナンバ": "namba",
    "ハットリ": "hattori",
    "イッチョウ": "itcho",
    "イノウエ": "inoue",
    "マツウラ": "matsuura",
    "ヤマノウチ": "yamanouchi",
    "オオウチ": "ouchi",
    "トモオカ": "tomooka",
    "トオル": "toru",
    "セノオ": "senoo",
    "ローラ": "rora",
    "ティナ": "tina",
    "グエン": "guen",
    "さとう": "sato",
    "ｻﾄｳ": "sato",
    "": "",
}


@pytest.mark.parametrize(("kana", "latin"), NAMES.items())
def test_kana_are_written_as_in_a_passport(kana: str, latin: str) -> None:
    assert romaji(kana) == latin


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (("髙橋", "美咲", "タカハシ", "ミサキ"), "TAKAHASHI Misaki"),
        (("NGUYEN", "Van An", "グエン", "ヴァンアン"), "NGUYEN Van An"),
        (("林", "", "ハヤシ", ""), "HAYASHI"),
        (("山本", "恵", "", ""), ""),
    ],
)
def test_a_whole_name(name: tuple[str, str, str, str], shown: str) -> None:
    assert name_in_latin(*name) == shown


@pytest.mark.parametrize(
    ("language", "whole", "family"),
    [
        ("en", "TAKAHASHI Misaki", "Takahashi"),
        ("ja", "髙橋 美咲", "髙橋"),
        ("vi", "髙橋 美咲", "髙橋"),
    ],
)
def test_only_a_reader_of_english_sees_them(language: str, whole: str, family: str) -> None:
    anna = SimpleNamespace(
        family_name="髙橋", given_name="美咲", family_kana="タカハシ", given_kana="ミサキ"
    )
    with translation.override(language):
        assert (full_name_shown(anna), family_name_shown(anna)) == (whole, family)
