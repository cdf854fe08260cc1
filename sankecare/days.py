"""Days as people write them, in both calendars, and the eras (Era Name Act; a new era counts from the day it began).

Pure. 令和8年5月1日, R8.5.1, 20260501 and 2026/5/1 are one day; 8 alone is a year only once an era is chosen.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import date

ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1873, 1, 1), "明治"),
)
MEIJI_STARTS = 1868
LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
FOUR_DIGITS = 1000
_NAMES = {name: name for _starts, name in ERAS} | {name[0]: name for _starts, name in ERAS} | LETTERS
_ERA = "|".join(sorted(_NAMES, key=len, reverse=True))
_YEAR = re.compile(rf"({_ERA})?\.?(元|\d{{1,4}})年?", re.IGNORECASE)
_DAY = re.compile(rf"((?:{_ERA})?\.?(?:元|\d{{1,4}}))[年./-](\d{{1,2}})[月./-](\d{{1,2}})日?", re.IGNORECASE)
_IN_ONE = re.compile(r"(\d{4})(\d{2})(\d{2})")


class NotADay(ValueError):
    """What was written is no day. ``code``: ``invalid``, ``era_missing`` (a year such as 8), ``not_in_era``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_day(written: str) -> date:
    """Return the day that was written in one piece, of either calendar. Errors: NotADay."""
    plain = _plain(written)
    in_one = _IN_ONE.fullmatch(plain)
    found = in_one or _DAY.fullmatch(plain)
    if found is None:
        raise NotADay("invalid")
    return day_of(*found.groups())


def days_without_era(written: str) -> list[date]:
    """Return the days that a day of two-digit year without its era may be, such as 8/10/3: of the newest era first."""
    found = _DAY.fullmatch(_plain(written))
    days: list[date] = []
    if found is None:
        return days
    year, month, day = found.groups()
    for _starts, era in ERAS:
        with suppress(NotADay):
            days.append(day_of(year, month, day, era))
    return days


def day_of(year: str, month: str, day: str, era: str = "") -> date:
    """Return the day of the parts. ``era``: chosen beside the year; one that is written with it goes before.

    Errors: NotADay.
    """
    named, number = _year(_plain(year), era)
    if named and number < FOUR_DIGITS:  # four digits are the western year, whatever is chosen beside it
        number += _first_year(named) - 1
    try:
        found = date(number, _month_or_day(month), _month_or_day(day))
    except ValueError:
        raise NotADay("invalid") from None
    if named and era_of(found) != named:
        raise NotADay("not_in_era")
    return found


def era_of(day: date) -> str:
    """Return the name of the era of a day, "" before the first one."""
    return next((name for starts, name in ERAS if day >= starts), "")


def year_in_era(day: date) -> int:
    """Return the year in the era of a day: 2019-04-30 is 平成 31, the next day 令和 1. Of a day with an era alone."""
    return day.year - _first_year(era_of(day)) + 1


def _first_year(name: str) -> int:
    return MEIJI_STARTS if name == "明治" else next(starts.year for starts, other in ERAS if other == name)


def _year(written: str, era: str) -> tuple[str, int]:
    found = _YEAR.fullmatch(written)
    if found is None:
        raise NotADay("invalid")
    letters, number = found.groups()
    named = _NAMES[letters.upper()] if letters else era
    if named and named not in LETTERS.values():  # chosen from no list of ours
        raise NotADay("invalid")
    if not named and (number == "元" or len(number) < 4):
        raise NotADay("era_missing")
    return named, 1 if number == "元" else int(number)


def _month_or_day(written: str) -> int:
    """Read one or two digits; more would be no number that a calendar can hold. Raises ValueError."""
    return int(plain) if len(plain := _plain(written)) <= 2 else 0


def _plain(written: str) -> str:
    """In one width, without spaces; ㋿ is 令和."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", written))
