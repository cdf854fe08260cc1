"""Search keys: kana, telephone numbers and postcodes folded to one form. Names never pass through here.

NFKC changes names (U+FA10 塚 becomes U+585A 塚): a family would not find itself on its own letter.
"""

import re
import unicodedata

import jaconv

_NOT_A_DIGIT = re.compile(r"[^0-9+]")
_SPACES = re.compile(r"\s+")
_KANJI = re.compile(r"[々〆\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def folded_kana(kana: str) -> str:
    """Return the key that is searched: hiragana, full-width, one space between the parts.

    Half-width kana and katakana give the same key as hiragana.
    """
    return _SPACES.sub(" ", jaconv.kata2hira(unicodedata.normalize("NFKC", kana))).strip()


def has_kanji(name: str) -> bool:
    """Tell whether a name has kanji, and so is to be read in kana: one in letters, or in kana itself, is not."""
    return _KANJI.search(name) is not None


def folded_phone(number: str) -> str:
    """Return the digits of a telephone number, whatever width and separators it was typed with."""
    return _NOT_A_DIGIT.sub("", unicodedata.normalize("NFKC", number))


def folded_digits(number: str) -> str:
    """Return the digits of a postcode, whatever width and separators it was typed with."""
    return folded_phone(number).replace("+", "")
