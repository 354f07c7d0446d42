"""Kana as they are stored and looked for: katakana of full width."""

import unicodedata

HIRAGANA = range(ord("ぁ"), ord("ゖ") + 1)
TO_KATAKANA = {code: code + 0x60 for code in HIRAGANA}
# Written after the letter by some keyboards; as combining signs they become one with it.
SOUND_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a"})


def as_katakana(text: str) -> str:
    """Full-width katakana, each letter and its sound mark composed to one character."""
    return unicodedata.normalize("NFKC", text.translate(SOUND_MARKS)).translate(TO_KATAKANA)
