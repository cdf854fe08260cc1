"""検索の言葉: what was typed into a search, read as a number, a telephone number, a day, or as words. Pure.

One text may be several at once: ``20261110`` is a day, and may be part of a telephone number.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sankecare.days import NotADay, read_day

# Fewer digits are in half of all telephone numbers.
FEWEST_DIGITS = 4
MOST_DIGITS_OF_A_NUMBER = 9
# The sign of a letter's number: 8世世第12号.
OF_A_LETTER = "第"

_NUMBER = re.compile(r"(?:(?P<sign>[A-Za-z])\s*-?\s*|(?:No\.?|#|第)\s*)?(?P<digits>\d+)号?", re.IGNORECASE)
_LETTER = re.compile(r".*第\s*(?P<digits>\d+)\s*号")
_PHONE = re.compile(r"\+?[\d\s()－‐‑–—−ー-]+")


@dataclass(frozen=True)
class Typed:
    """What was typed, read in every way that it can be meant.

    ``address``: an e-mail address, as it is kept. ``sign``: the letter before a printed number (``R`` of R-008713),
    ``第`` for a letter's, empty for a number alone.
    """

    words: tuple[str, ...] = ()
    number: int | None = None
    sign: str = ""
    phone: str = ""
    day: date | None = None
    address: str = ""


def read(typed: str) -> Typed:
    """Read what was typed; full-width digits and letters are read as meant."""
    text = unicodedata.normalize("NFKC", typed).strip()
    sign, number = _number(text)
    address = text.lower() if "@" in text.strip("@") and " " not in text else ""
    return Typed(tuple(typed.split()), number, sign, _phone(text), day_typed(text), address)


def day_typed(text: str) -> date | None:
    """Return the day written in either calendar: 2026-11-10, 2026年11月10日, 令和8年11月10日, R8.11.10, 20261110."""
    try:
        return read_day(text)
    except NotADay:
        return None


def _number(text: str) -> tuple[str, int | None]:
    found = _NUMBER.fullmatch(text) or _LETTER.fullmatch(text)
    if found is None or len(found["digits"].lstrip("0")) > MOST_DIGITS_OF_A_NUMBER:
        return "", None
    sign = OF_A_LETTER if "第" in text else (found.groupdict().get("sign") or "").upper()
    return sign, int(found["digits"])


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        return ""
    digits = re.sub(r"\D", "", text)
    if text.startswith("+81"):
        digits = "0" + digits.removeprefix("81").removeprefix("0")
    return digits if len(digits) >= FEWEST_DIGITS else ""
