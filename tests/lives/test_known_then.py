"""Whole lives walked, their figures kept each day as they were counted; at the end each day is told again as known.

The database's clock goes with the walk. What is told of a day must be what was counted on it, whatever came later:
cancelled, corrected, joined, moved, given back, entered for days long past. Every table of the contents is asked, all
of a day in one look at it. What walks do not meet (requests of facilities, wishes, unmet demand, answers) is told in
tests/reports/known/test_told_by_steps.py.
"""

import os
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from random import Random

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from billing.models import Adjustment, Charge, Claim, ClaimStep, HandedCoupon, Payment, Ride, Tariff
from bookings.models import AllocationPolicy, Booking, BookingDay, DrawEntry, Stay, UsageLimits, WaitingEntry
from enrollment.models import (
    Birth,
    Family,
    Infant,
    Registration,
    Residence,
    Sibling,
    TaxClassPeriod,
)
from facilities.fiscal_year import fiscal_year
from facilities.models import Capacity, Closure, DayOverride
from reports.catalogue.contents import by_slug
from reports.formats import as_json
from reports.known.at import known_on
from tests.moved_clock import it_is

from .test_lives import Lives
from .walk import TOKYO, Counts
from .ward import Ward

DAYS = 50  # told again, of each walk at the most
STEPS = 70
WALKS = int(os.environ.get("KNOWN_WALKS", "3"))
ROWS = (
    *(Claim, ClaimStep),
    *(Family, Birth, Infant, Sibling, Residence, TaxClassPeriod, Registration),
    *(Booking, BookingDay, Stay, WaitingEntry, DrawEntry, Charge, Payment, HandedCoupon, Ride, Adjustment),
    *(Closure, Capacity, DayOverride, Tariff, UsageLimits, AllocationPolicy),
)
LEFT_OUT = {"search_key", "released_at", "busy_minutes", "visit_round", "calendar_events", "calendar_changes"}
LEFT_OUT |= {"calendar_from", "snapshot"}
# Asked again as of now too: by these it is seen that much is otherwise by then.
NOW_TOO = {"facility-year", "districts", "claims", "payments", "Family", "Booking", "BookingDay", "Registration"}


def figure(slug: str, today: date) -> bytes:
    """A table of the year that is running and the one before, as it is counted now."""
    years = [fiscal_year(today) - 1, fiscal_year(today)]
    return as_json(by_slug()[slug].entry.build(years, today=today))


def rows(model) -> str:
    """Every row of a table, whatever a report asks of it, as one digest."""
    names = ", ".join(f'"{field.column}"::text' for field in model._meta.concrete_fields if field.name not in LEFT_OUT)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(concat_ws('|', {names}), ' ' ORDER BY id)) FROM {model._meta.db_table}")
        return cursor.fetchone()[0]


def everything(today: date) -> dict[str, Callable[[], bytes | str]]:
    """What is counted and what is looked at, by its name."""
    tables = {slug: partial(figure, slug, today) for slug in by_slug()}
    return tables | {model.__name__: partial(rows, model) for model in ROWS}


class Known(Lives):
    """A walk that keeps each day's figures as they were counted, and tells them again at its end."""

    def __init__(self, ward, counts, draw):
        self.kept: dict[date, dict[str, bytes]] = {}
        self.days_told = self.told_again = self.otherwise_now = 0
        super().__init__(ward, counts, draw)
        self.comparison.everything = self.tells_again

    @property
    def now(self) -> datetime:
        return self.moment

    @now.setter
    def now(self, moment: datetime) -> None:
        if hasattr(self, "moment") and moment.date() > self.moment.date():
            self.kept[self.today] = {name: ask() for name, ask in everything(self.today).items()}
        self.moment = moment
        it_is(moment)

    def tells_again(self, _now: datetime) -> None:
        days = sorted(self.kept)
        for day in Random(len(days)).sample(days, min(DAYS, len(days))):
            every = everything(day)
            with known_on(day, today=self.today):
                for name, ask in every.items():
                    assert ask() == self.kept[day][name], f"{name} as known on {day}"
                    self.told_again += 1
            self.otherwise_now += sum(every[name]() != self.kept[day][name] for name in NOW_TOO)
            self.days_told += 1


@pytest.mark.django_db
def test_each_day_is_told_again_as_it_was_counted_then():
    it_is(datetime(2026, 10, 1, 9, tzinfo=TOKYO))
    ward, walked = Ward(), []

    @seed(7)
    @settings(
        max_examples=WALKS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(st.data())
    def walks(data):
        walk = Known(ward, Counts(), data.draw)
        walk.goes(STEPS)
        walked.append(walk)

    walks()
    days, tables = sum(walk.days_told for walk in walked), sum(walk.told_again for walk in walked)
    print(f"{days} days in {len(walked)} walks, {tables} tables told again as they were")
    otherwise = sum(walk.otherwise_now for walk in walked)
    print(f"{otherwise} of {len(NOW_TOO)} looks at each of these days are otherwise now")
    assert days >= DAYS
    assert tables == days * (len(by_slug()) + len(ROWS))
    assert otherwise >= 2 * DAYS
