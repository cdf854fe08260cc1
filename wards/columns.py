"""The kinds of value in a ward's files: each is read from text, or refused in a sentence that says what is right.

Pure: no database, no clock. A file is UTF-8 CSV with a header; every row says where it comes from (``source``)
and may say more (``note``).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SMALL = 32_767
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CLOCK = re.compile(r"\d{2}:\d{2}")
POSTCODE = re.compile(r"\d{7}")
WHOLE = re.compile(r"\d{1,9}")
ITEM_SCORE = re.compile(r"[1-9][0-9]?:[1-9]")
YES_NO = {"yes": True, "no": False}


class BadValue(ValueError):
    """A value that its column cannot hold; the text is the sentence for the reader."""


@dataclass(frozen=True)
class Column:
    """A column: how its text is read, whether it may be left empty, and whose row it names, if any."""

    name: str
    read: Callable[[str], Any]
    required: bool = True
    refers_to: str = ""


@dataclass(frozen=True)
class FileSpec:
    """One file: its columns, the columns that name a row, and those within which periods may not overlap."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    alone_within: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Row:
    """A row that was read: where it stands, and its values by column."""

    file: str
    line: int
    key: str
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, and where: ``file:line: field: sentence``. Line 0 is the file as a whole."""

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.field, self.sentence) if part)


def text(longest: int) -> Callable[[str], str]:
    """Words, as long as the database keeps."""

    def read(value: str) -> str:
        if len(value) > longest:
            raise BadValue(
                _("%(count)s characters are too many: %(most)s at most.") % {"count": len(value), "most": longest}
            )
        return value

    return read


def slug(value: str) -> str:
    """A code of small letters, digits and single hyphens."""
    if not SLUG.fullmatch(value) or len(value) > 50:
        raise BadValue(_("“%(value)s” is not a code: small letters, digits and hyphens.") % {"value": value})
    return value


def service_slug(value: str) -> str:
    """``facility/kind``."""
    facility, _slash, kind = value.partition("/")
    if not SLUG.fullmatch(facility) or not SLUG.fullmatch(kind) or len(value) > 80:
        raise BadValue(
            _("“%(value)s” is not a service's code: facility/kind, such as ward-centre/day-care.") % {"value": value}
        )
    return value


def day(value: str) -> date:
    """A day of the calendar, YYYY-MM-DD."""
    try:
        if not DAY.fullmatch(value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise BadValue(_("“%(value)s” is not a day: YYYY-MM-DD, such as 2023-04-01.") % {"value": value}) from None


def postcode(value: str) -> str:
    """The seven digits of a postcode."""
    if not POSTCODE.fullmatch(value):
        raise BadValue(_("“%(value)s” is not a postcode: seven digits, such as 1540004.") % {"value": value})
    return value


def clock(value: str) -> time:
    """A time of day, HH:MM."""
    try:
        if not CLOCK.fullmatch(value):
            raise ValueError
        return time.fromisoformat(value)
    except ValueError:
        raise BadValue(_("“%(value)s” is not a time of day: HH:MM, such as 10:00.") % {"value": value}) from None


def whole(least: int = 0, most: int = SMALL) -> Callable[[str], int]:
    """A whole number within bounds, in plain digits."""

    def read(value: str) -> int:
        if not WHOLE.fullmatch(value) or not least <= int(value) <= most:
            raise BadValue(
                _("“%(value)s” is not a whole number from %(least)s to %(most)s.")
                % {"value": value, "least": least, "most": most}
            )
        return int(value)

    return read


def yen(value: str) -> int:
    """Whole yen, no comma, no sign."""
    if not WHOLE.fullmatch(value):
        raise BadValue(_("“%(value)s” is not whole yen: digits only, such as 4500.") % {"value": value})
    return int(value)


def percent(value: str) -> Decimal:
    """A percentage with at most one decimal, as printed."""
    try:
        number = Decimal(value)
        if number.is_finite() and 0 <= number <= 100 and number == round(number, 1):
            return round(number, 1)
    except InvalidOperation:
        pass
    raise BadValue(_("“%(value)s” is not a percentage with one decimal, such as 81.3.") % {"value": value})


def percents(value: str) -> str:
    """Whole percents from 1 to 99 with commas between them, such as 90,50,10."""
    if all(WHOLE.fullmatch(one) and 1 <= int(one) <= 99 for one in value.split(",")):
        return value
    raise BadValue(_("“%(value)s” is no list of whole percents, such as 90,50,10.") % {"value": value})


def numbers_of_days(value: str) -> list[int]:
    """Whole numbers of days from 1 to 60 with commas between them, such as 7,1."""
    if all(WHOLE.fullmatch(one) and 1 <= int(one) <= 60 for one in value.split(",")):
        return [int(one) for one in value.split(",")]
    raise BadValue(_("“%(value)s” is no list of numbers of days, such as 7,1.") % {"value": value})


def ages(value: str) -> list[int]:
    """Rising numbers of days, up to 1,000, with commas between them, such as 30,60,90."""
    days = [int(one) for one in value.split(",") if WHOLE.fullmatch(one)]
    if len(days) == len(value.split(",")) and days == sorted(set(days)) and days[0] >= 1 and days[-1] <= 1000:
        return days
    raise BadValue(_("“%(value)s” is no list of rising numbers of days, such as 30,60,90.") % {"value": value})


def item_scores(value: str) -> str:
    """Items of a questionnaire with a score each, such as 3:2,5:1."""
    if all(ITEM_SCORE.fullmatch(one) for one in value.split(",")):
        return value
    raise BadValue(_("“%(value)s” is no list of items with their score, such as 3:2,5:1.") % {"value": value})


def tenths(value: str) -> Decimal:
    """A number with one decimal, such as 37.5 °C."""
    try:
        number = Decimal(value)
        if number.is_finite() and 0 <= number < 100 and number == round(number, 1):
            return round(number, 1)
    except InvalidOperation:
        pass
    raise BadValue(_("“%(value)s” is not a number with one decimal, such as 37.5.") % {"value": value})


def yes_no(value: str) -> bool:
    """``yes`` or ``no``."""
    if value not in YES_NO:
        raise BadValue(_("“%(value)s” is neither yes nor no.") % {"value": value})
    return YES_NO[value]


def one_of(*allowed: str) -> Callable[[str], str]:
    """One word of a list."""

    def read(value: str) -> str:
        if value not in allowed:
            raise BadValue(not_one_of(value, allowed))
        return value

    return read


def weekday(value: str) -> int:
    """A weekday's short English name; Monday is 0."""
    return WEEKDAYS.index(one_of(*WEEKDAYS)(value))


def weekdays(value: str) -> list[int]:
    """Weekdays with spaces between them, each once."""
    days = [weekday(word) for word in value.split()]
    if len(set(days)) != len(days):
        raise BadValue(_("“%(value)s” names a weekday twice.") % {"value": value})
    return sorted(days)


def not_one_of(value: str, allowed: tuple[str, ...] | list[str]) -> str:
    """The sentence for a word that is not in its list; a long list is cut."""
    shown = ", ".join(allowed[:12]) + (" …" if len(allowed) > 12 else "")
    return _("“%(value)s” is not one of: %(allowed)s.") % {"value": value, "allowed": shown}
