"""Periods: half-open in the database, inclusive last days for people (DESIGN.md, Time)."""

from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.forms import DateRangeField
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import date_format
from django.utils.translation import gettext as _

A_DAY = timedelta(days=1)


def period(first_day: date, last_day: date | None) -> DateRange:
    """Return the range from the first to the last day, both included; no last day means open."""
    return DateRange(first_day, day_after(last_day) if last_day else None)


def day_after(day: date) -> date | None:
    """Return the next day; None after 31 December 9999, which people enter where they mean no end."""
    return day + A_DAY if day < date.max else None


def last_day(of: DateRange) -> date | None:
    """Return the last day that the range includes, or None where it is open."""
    return of.upper - A_DAY if of.upper else None


def as_text(of: DateRange) -> str:
    """Write the range as people read it: 2020年6月1日〜2021年11月14日, open ends left open."""
    first = date_format(of.lower) if of.lower else ""
    last = date_format(of.upper - A_DAY) if of.upper else ""
    return _("%(first)s – %(last)s") % {"first": first, "last": last}


class InclusivePeriodField(DateRangeField):
    """A form field of two days, both included."""

    def compress(self, values: Any) -> DateRange | None:
        if values and values[1]:
            values = (values[0], day_after(values[1]))
        return super().compress(values)

    def prepare_value(self, value: Any) -> Any:
        lower, upper = super().prepare_value(value)
        return [lower, upper - A_DAY if isinstance(upper, date) else upper]
