"""The months of a made-up year look like a programme: a season, no climb from an empty April to a full March."""

from collections import Counter
from datetime import date
from statistics import fmean

import pytest

from demo.history.plan import CENTRE, MAMAS
from facilities.calendar import days_between

from .test_history_plan import SLOTS, planned

SEEDS = ("one", "two", "three", "four")
AUTUMN, TURN = (9, 10, 11), (1, 4)


def percent_of_months(place: str, year: int, seed: str) -> dict[int, float]:
    """Occupancy by month, of those that had slots."""
    days = Counter(
        day.month
        for family in planned(year, seed)
        for use in family.uses
        if use.service.startswith(place)
        for day in use.days
    )
    slots: Counter[int] = Counter()
    for day in days_between(date(year, 4, 1), date(year + 1, 3, 31)):
        slots[day.month] += SLOTS[place](day)
    return {month: 100 * days[month] / count for month, count in slots.items() if count}


@pytest.fixture(scope="module")
def small_house() -> list[dict[int, float]]:
    return [percent_of_months(MAMAS, 2022, seed) for seed in SEEDS]


def test_the_small_house_does_not_rise_through_the_year(small_house: list[dict[int, float]]) -> None:
    """Its first two months and its last two are about alike: the last ones had been four times as full."""
    first = fmean(months[month] for months in small_house for month in (4, 5))
    last = fmean(months[month] for months in small_house for month in (2, 3))
    assert 0.6 < first / last < 1.6


def test_no_month_of_the_small_house_is_nearly_empty(small_house: list[dict[int, float]]) -> None:
    assert min(min(months.values()) for months in small_house) > 15


def test_more_come_in_autumn_than_at_the_turn_of_the_years() -> None:
    months = [percent_of_months(CENTRE, 2022, seed) for seed in SEEDS]
    assert fmean(one[month] for one in months for month in AUTUMN) > 3 + fmean(
        one[month] for one in months for month in TURN
    )
