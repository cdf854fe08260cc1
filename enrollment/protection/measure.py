"""The days of a measure (支援措置): a year from its first day, and a year more on request. Pure.

NATION: the measure of the resident register lasts a year, is asked for again from a month before its last day, and a
year more counts from the day after it. Here it does not end by that: people are told, and two of them end it.
"""

from calendar import monthrange
from datetime import date, timedelta

from enrollment.age import last_day_under

MONTHS = 12
A_DAY = timedelta(days=1)


def last_day_of_measure(first_day: date) -> date:
    """Return the last day of a year that begins on the day (Civil Code art. 143)."""
    return last_day_under(first_day, MONTHS)


def first_day_of_renewal(last_day: date | None, paper_on: date) -> date:
    """Return from when the next year counts: from the day after the last one; asked for later, from that day."""
    return paper_on if last_day is None else max(last_day + A_DAY, paper_on)


def renewable_until(day: date) -> date:
    """Return the latest last day of which a renewal may be asked for on the day: a month ahead (NATION).

    Where the next month has no such day, its last one; of a month's last day, the next month's (Civil Code art. 143).
    """
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    last = monthrange(year, month)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month, last if is_last else min(day.day, last))


def first_day_to_renew(last_day: date) -> date:
    """Return the first day on which a renewal may be asked for."""
    day = last_day - timedelta(days=31)
    while renewable_until(day) < last_day:
        day += A_DAY
    return day
