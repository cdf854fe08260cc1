"""Ages as the law counts them: from the day of birth, ending with the day before (Civil Code art. 143; Act on
Counting of Age, 1902).
"""

from collections.abc import Iterable
from datetime import date, timedelta

SCHOOL_AGE_YEARS = 6


def last_day_under(start: date, months: int) -> date:
    """The last day on which someone born on ``start`` is under ``months`` months old (Civil Code art. 143).

    Age counts from the day of birth, so the period ends on the day before the same day ``months`` later; where
    that month has no such day, on its last day. ``+ months − 1 day`` with clipped months is wrong there.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day) - timedelta(days=1)
    except ValueError:
        # The month is not December, which has every day: the next one is in the same year.
        return date(year, month + 2, 1) - timedelta(days=1)


def years_old(born: date, day: date) -> int:
    """How many birthdays somebody has had by the day; born on 29 February, on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def school_starts(birth_date: date) -> date:
    """1 April after the sixth birthday; a child born on 1 April belongs to the earlier year (School Education Act
    art. 17; age is reached at the end of the day before the birthday).
    """
    early = (birth_date.month, birth_date.day) <= (4, 1)
    return date(birth_date.year + SCHOOL_AGE_YEARS + (0 if early else 1), 4, 1)


def days_before_school(days: Iterable[date], birth_date: date) -> list[date]:
    """The days on which a child can come along, in order: those before its school starts.

    All of them where none is before it: whoever asks is then refused by the rule, with its reason.
    """
    asked, starts = sorted(days), school_starts(birth_date)
    return [day for day in asked if day < starts] or asked


def last_day_by_each_limit(limits: Iterable[tuple[date, date]]) -> date:
    """The last day that is allowed by the limit in force on it, where limits follow each other.

    ``limits``: from which day each holds, and the last day that it would allow by itself. Where none allows a day of
    its own, the last day by the first one.
    """
    rows = sorted(limits)
    ends = [*(first - timedelta(days=1) for first, _last in rows[1:]), date.max]
    allowed = [min(last, end) for (first, last), end in zip(rows, ends, strict=True) if last >= first]
    return max(allowed, default=rows[0][1])
