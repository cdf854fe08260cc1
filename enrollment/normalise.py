"""What a family types, brought to one form: kana, telephone numbers, postcodes; and what a name may be made of.

Pure. Each returns what is kept, or raises ValidationError with a sentence that says what to type.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sankecare.readable import BLANK_LETTERS, has_letter, unreadable

from .kana import folded_digits, folded_kana, folded_phone

_KANA = re.compile(r"[ぁ-ゖゝゞー・ ]+")
_PHONE = re.compile(r"0[5-9]0\d{8}|0(?![5-9]0)\d{9}|\+\d{8,15}")
_JAPAN = re.compile(r"\+810?(?=\d)")
_POSTCODE = re.compile(r"\d{7}")
# Signs, private characters and what cannot be seen. Kanji of planes 2 and 3 may be newer than our tables of Unicode.
_NOT_IN_NAMES = {"So", "Cc", "Cf", "Cs", "Co"}
_RARE_KANJI = range(0x20000, 0x40000)


def kana_kept(typed: str) -> str:
    """Return kana in hiragana, from whatever width and kind they were typed in; nothing for nothing."""
    kana = folded_kana(typed)
    if kana and not _KANA.fullmatch(kana):
        raise ValidationError(_("Please write it in hiragana or katakana."), code="kana")
    return kana


def phone_kept(typed: str) -> str:
    """Return a telephone number's digits, a Japanese one from its 0 on; nothing for nothing."""
    number = _JAPAN.sub("0", folded_phone(typed))
    if not typed.strip():
        return ""
    if not _PHONE.fullmatch(number):
        raise ValidationError(_("A telephone number has 10 or 11 digits, such as 090-1234-5678."), code="phone")
    return number


def postcode_kept(typed: str) -> str:
    """Return the seven digits of a postcode; nothing for nothing."""
    digits = folded_digits(typed.replace("〒", ""))
    if not typed.strip():
        return ""
    if not _POSTCODE.fullmatch(digits):
        raise ValidationError(_("A postcode has seven digits, such as 154-0017."), code="postcode")
    return digits


def name_kept(typed: str) -> str:
    """Return a name byte for byte as typed: 髙, 﨑, 𠮷 and every variant. Emoji and the like are no name.

    At least one letter of it is seen, and no marks are piled up on it (sankecare/readable.py).
    """
    for character in typed:
        if _is_no_letter(character):
            raise ValidationError(
                _("Emoji and characters of one device alone cannot be used in a name. Please leave them out."),
                code="name",
            )
    if typed.strip() and (not has_letter(typed) or unreadable(typed)):
        raise ValidationError(_("Please write the name in letters that can be seen and read."), code="name")
    return typed


def _is_no_letter(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        character in BLANK_LETTERS
        or category in _NOT_IN_NAMES
        or (category == "Cn" and ord(character) not in _RARE_KANJI)
    )
