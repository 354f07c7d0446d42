"""Names in Latin letters, for readers of English: from the kana, as passports write them (Hepburn,
long vowels not marked). Only shown, never stored: a person may write theirs otherwise.
"""

import re
import unicodedata
from typing import Protocol

from django.utils import translation

from accounts.kana import as_katakana

_ROWS = {
    "アイウエオ": "a i u e o",
    "カキクケコ": "ka ki ku ke ko",
    "サシスセソ": "sa shi su se so",
    "タチツテト": "ta chi tsu te to",
    "ナニヌネノ": "na ni nu ne no",
    "ハヒフヘホ": "ha hi fu he ho",
    "マミムメモ": "ma mi mu me mo",
    "ヤユヨ": "ya yu yo",
    "ラリルレロ": "ra ri ru re ro",
    "ワヰヱヲ": "wa i e o",
    "ガギグゲゴ": "ga gi gu ge go",
    "ザジズゼゾ": "za ji zu ze zo",
    "ダヂヅデド": "da ji zu de do",
    "バビブベボ": "ba bi bu be bo",
    "パピプペポ": "pa pi pu pe po",
    "ァィゥェォ": "a i u e o",
    "ャュョヮ": "ya yu yo wa",
    "ヴ": "vu",
}
SINGLE = {
    kana: latin
    for row, text in _ROWS.items()
    for kana, latin in zip(row, text.split(), strict=True)
}
PAIRS = {
    "シェ": "she",
    "ジェ": "je",
    "チェ": "che",
    "ティ": "ti",
    "ディ": "di",
    "トゥ": "tu",
    "ドゥ": "du",
    "ツァ": "tsa",
    "ファ": "fa",
    "フィ": "fi",
    "フェ": "fe",
    "フォ": "fo",
    "ウィ": "wi",
    "ウェ": "we",
    "ウォ": "wo",
    "ヴァ": "va",
    "ヴィ": "vi",
    "ヴェ": "ve",
    "ヴォ": "vo",
    "クァ": "kwa",
    "グァ": "gwa",
}
# With a small ヤ, ユ or ヨ: the vowel goes, and the y too where the consonant has one already.
_CONSONANTS = {"シ": "sh", "チ": "ch", "ジ": "j", "ヂ": "j"}
# In these endings of family names a vowel begins a part of its own: 井上 is Inoue, 松浦 Matsuura.
OWN_PARTS = ("ノウエ", "ツウラ", "ノウチ", "ノウラ", "モオカ", "ロオカ", "ソオカ", "コオカ")
END = re.compile(f"(?:{'|'.join(OWN_PARTS)})$")


def romaji(kana: str) -> str:
    """Of one name in kana, in small letters; what is no kana stays."""
    text = as_katakana(kana).strip()
    apart = END.search(text)
    if apart and apart.start() > 0:
        head, tail = text[: apart.start() + 1], text[apart.start() + 1 :]
        return _joined(head) + _joined(tail)
    return _joined(text)


def _joined(text: str) -> str:
    syllables = [_syllable(one) for one in re.findall("[ア-ヴヰヱ][ァィゥェォャュョヮ]?|.", text)]
    return _spelled("".join(_without_long(syllables)))


def _syllable(kana: str) -> str:
    if len(kana) == 1:
        return SINGLE.get(kana, kana)
    first, small = kana[0], kana[1]
    if kana in PAIRS:
        return PAIRS[kana]
    if small in "ャュョ":
        vowel = SINGLE[small][1]
        return _CONSONANTS[first] + vowel if first in _CONSONANTS else _plain(first) + vowel
    return SINGLE.get(first, first) + SINGLE[small]


def _plain(kana: str) -> str:
    return f"{SINGLE.get(kana, kana)[:-1]}y"


def _without_long(syllables: list[str]) -> list[str]:
    """Leave the second vowel of ou, oo and uu away, once; a final oo is written (妹尾 is Senoo)."""
    kept: list[str] = []
    was_long = False
    for place, one in enumerate(syllables):
        before = kept[-1][-1:] if kept and kept[-1] else ""
        is_last = place == len(syllables) - 1
        is_long = (one, before) in {("u", "o"), ("u", "u")} or (
            (one, before) == ("o", "o") and not is_last
        )
        was_long = is_long and not was_long
        if not was_long:
            kept.append(one)
    return kept


def _spelled(text: str) -> str:
    text = re.sub("ッ(?=ch)", "t", text)
    text = re.sub(r"ッ(?=([a-z]))", r"\1", text)
    text = re.sub("ン(?=[bmp])", "m", text)
    return text.replace("ン", "n").replace("ッ", "").replace("ー", "")


def name_in_latin(family: str, given: str, family_kana: str, given_kana: str) -> str:
    """As 髙橋 美咲 is written for readers of English: TAKAHASHI Misaki. Empty without kana."""
    last, first = _part(family, family_kana), _part(given, given_kana)
    return f"{last.upper()} {first.title()}".strip() if last else ""


def _part(name: str, kana: str) -> str:
    """What is in Latin letters already stays as the person writes it."""
    is_latin = all(
        unicodedata.name(letter, "").startswith("LATIN") for letter in name if letter.isalpha()
    )
    return name if name and is_latin else romaji(kana)


class Named(Protocol):
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str


def full_name_shown(person: Named) -> str:
    """The whole name as the reader of this page can read it."""
    written = f"{person.family_name} {person.given_name}".strip()
    return _latin(person) or written if _reads_english() else written


def family_name_shown(person: Named) -> str:
    latin = _part(person.family_name, person.family_kana) if _reads_english() else ""
    return latin.capitalize() if latin.islower() else latin or person.family_name


def _latin(person: Named) -> str:
    return name_in_latin(
        person.family_name, person.given_name, person.family_kana, person.given_kana
    )


def _reads_english() -> bool:
    return (translation.get_language() or "").startswith("en")
