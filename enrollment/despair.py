"""つらい言葉: whether what somebody wrote says despair. Pure; the words are the ward's data (despair_words.csv).

A false alarm costs a reader one page with telephone numbers; a word that is missed may cost a life: the words are
many and read loosely (kana for kanji, spaces and long marks between them, half width, capitals).
"""

import unicodedata
from collections.abc import Iterable

_KATAKANA = range(ord("ァ"), ord("ヶ") + 1)
_TO_HIRAGANA = ord("ァ") - ord("ぁ")
# Typed in where somebody draws a word out; left out on both sides.
_DRAWN_OUT = "ーっッ"


def folded(text: str) -> str:
    """Return the text as it is compared: hiragana, half width, small letters, nothing but letters and digits."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(_hiragana(sign) for sign in plain if sign.isalnum() and sign not in _DRAWN_OUT)


def says_despair(texts: Iterable[str], words: Iterable[str]) -> bool:
    """Whether one of the words stands in one of the texts, however either is spelled."""
    wanted = [word for word in map(folded, words) if word]
    return any(word in text for text in map(folded, texts) for word in wanted)


def _hiragana(sign: str) -> str:
    return chr(ord(sign) - _TO_HIRAGANA) if ord(sign) in _KATAKANA else sign
