"""和暦: dates as Japanese letters write them."""

from datetime import date

from sankecare.days import era_of, year_in_era


class BeforeTheCalendar(ValueError):
    """A day before the Gregorian calendar was taken over: no letter of ours has one."""


def era_year(day: date) -> tuple[str, int]:
    """Return the era and the year in it: 2019-04-30 is 平成 31, the next day 令和 1. Errors: BeforeTheCalendar."""
    era = era_of(day)
    if not era:
        raise BeforeTheCalendar(day.isoformat())
    return era, year_in_era(day)


def wareki(day: date) -> str:
    """Write a day as 令和8年11月23日; the first year of an era is 元年. Errors: BeforeTheCalendar."""
    era, year = era_year(day)
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
