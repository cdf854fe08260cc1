"""A running year beside the years before: the same months and days of each, never eight months beside twelve. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

A_DAY = timedelta(days=1)
Days = tuple[date, date]  # first and last, both included


def like_day(day: date, years_before: int) -> date:
    """Return the same day so many years before; a month's last day is that month's last day, in leap years too."""
    year = day.year - years_before
    if (day + A_DAY).month != day.month:
        following = date(year + day.month // 12, day.month % 12 + 1, 1)
        return following - A_DAY
    return day.replace(year=year)


def fiscal_year_of(day: date) -> int:
    """Return the fiscal year that the day falls in."""
    return day.year if day.month >= 4 else day.year - 1


def years_to_date(years: Sequence[int], today: date) -> dict[int, Days]:
    """Return of each fiscal year the days from 1 April to the day that is like ``today``; none of a year to come."""
    running = fiscal_year_of(today)
    return {year: (date(year, 4, 1), like_day(today, running - year)) for year in years if year <= running}


def months_to_date(today: date, years_before: int) -> dict[int, Days]:
    """Return this month up to ``today`` (key: its year) and the same days of the month in the years before."""
    first = today.replace(day=1)
    return {
        first.year - back: (first.replace(year=first.year - back), like_day(today, back))
        for back in range(years_before + 1)
    }


def months_between(first: date, last: date) -> dict[str, Days]:
    """Return the months from the first day to the last, by their names ("2022-04"), cut at both ends."""
    found: dict[str, Days] = {}
    begins = first
    while begins <= last:
        following = date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)
        found[f"{begins:%Y-%m}"] = (begins, min(last, following - A_DAY))
        begins = following
    return found
