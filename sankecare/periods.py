"""Periods: half-open in the database, inclusive last days for people."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol, TypeVar

from django.contrib.postgres.forms import DateRangeField
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .consecutive_days import consecutive_days
from .forms import SLIP_BACK, Bounds, DayField

A_DAY = timedelta(days=1)
# 31 December 9999 is entered where no end is meant.
OF_A_PERIOD = Bounds(back=SLIP_BACK, ahead=timedelta.max)


class HasPeriod(Protocol):
    """A dated row."""

    period: Any


R = TypeVar("R", bound=HasPeriod)


def period(first_day: date, last_day: date | None) -> DateRange:
    """Return the range from the first to the last day, both included; no last day means open."""
    return DateRange(first_day, day_after(last_day) if last_day else None)


def midnight(day: date) -> datetime:
    """Return the moment at which the day begins by the programme's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_after(day: date) -> date | None:
    """Return the next day; None after 31 December 9999, which people enter where they mean no end."""
    return day + A_DAY if day < date.max else None


def last_day(of: DateRange) -> date | None:
    """Return the last day that the range includes, or None where it is open."""
    return of.upper - A_DAY if of.upper else None


def in_force_on(rows: Iterable[R], day: date) -> R | None:
    """Return the row whose period includes the day, or None."""
    for row in rows:
        lower, upper = row.period.lower, row.period.upper
        if (lower is None or lower <= day) and (upper is None or day < upper):
            return row
    return None


def as_text(of: DateRange) -> str:
    """Write the range as people read it: 2020年6月1日〜2021年11月14日, open ends left open."""
    first = date_format(of.lower) if of.lower else ""
    last = date_format(of.upper - A_DAY) if of.upper else ""
    return _("%(first)s – %(last)s") % {"first": first, "last": last}


def days_in_words(days: Collection[date], *, with_year: bool = True, weekdays: bool = False) -> str:
    """Write days as people read them: runs as from–to, days apart one by one; the year once.

    Without the year it is short, for lists. ``weekdays``: each with its weekday, for a family.
    """
    run_of = _("%(first)s to %(last)s") if with_year else _("%(first)s – %(last)s")
    ordered = sorted(days)

    def written(day: date) -> str:
        known = day.year == ordered[0].year and day != ordered[0]
        words = date_format(day, "MONTH_DAY_FORMAT") if known or not with_year else date_format(day)
        return words + _(" (%(weekday)s)") % {"weekday": date_format(day, "D")} if weekdays else words

    return _(", ").join(
        run_of % {"first": written(run[0]), "last": written(run[-1])} if len(run) > 1 else written(run[0])
        for run in consecutive_days(ordered)
    )


class InclusivePeriodField(DateRangeField):
    """A form field of two days, both included, of either calendar; an end that nobody lives to see is no slip."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("fields", [DayField(bounds=OF_A_PERIOD, required=False) for _end in range(2)])
        super().__init__(**kwargs)

    def compress(self, values: Any) -> DateRange | None:
        if values and values[1]:
            values = (values[0], day_after(values[1]))
        return super().compress(values)

    def prepare_value(self, value: Any) -> Any:
        lower, upper = super().prepare_value(value)
        return [lower, upper - A_DAY if isinstance(upper, date) else upper]
