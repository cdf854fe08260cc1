"""Moments as people read them: always by the clock of the ward (``TIME_ZONE``), never by that of the database.

A moment that a row gives is in UTC: written as it stands, 8:30 on the 10th reads 23:30 on the 9th.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format


def moment_in_words(at: datetime) -> str:
    """Write a moment: 2026年11月10日 8:30."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def day_of_moment(at: datetime) -> str:
    """Write the day of a moment, without its time."""
    return date_format(timezone.localdate(at))


def clock_time(at: datetime) -> str:
    """Write the time of a moment, without its day: 8:30."""
    return time_format(timezone.localtime(at))


def fact_in_words(fact: object, how: str = "DATE_FORMAT") -> object:
    """Write a day or a moment that stands in a sentence; ``how`` is the day's format. Anything else stays."""
    if isinstance(fact, datetime):
        # Rules that know no zone compute with the ward's own time.
        return moment_in_words(fact if timezone.is_aware(fact) else timezone.make_aware(fact))
    return date_format(fact, how) if isinstance(fact, date) else fact
