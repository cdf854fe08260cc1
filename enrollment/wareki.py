"""和暦: dates as Japanese letters write them (Era Name Act; a new era counts from the day it began)."""

from datetime import date

ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1873, 1, 1), "明治"),
)
MEIJI_STARTS = 1868


class BeforeTheCalendar(ValueError):
    """A day before the Gregorian calendar was taken over: no letter of ours has one."""


def era_year(day: date) -> tuple[str, int]:
    """Return the era and the year in it: 2019-04-30 is 平成 31, the next day 令和 1. Errors: BeforeTheCalendar."""
    for starts, name in ERAS:
        if day >= starts:
            first = MEIJI_STARTS if name == "明治" else starts.year
            return name, day.year - first + 1
    raise BeforeTheCalendar(day.isoformat())


def wareki(day: date) -> str:
    """Write a day as 令和8年11月23日; the first year of an era is 元年. Errors: BeforeTheCalendar."""
    era, year = era_year(day)
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
