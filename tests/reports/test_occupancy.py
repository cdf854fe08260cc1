"""Occupancy, and which published occupancies no calendar can give (docs/domain.md, What is reported, 3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts.monthly import HEIGHT, monthly_chart
from reports.occupancy import occupancy_percent, unreachable

# days, slot-days, percent (SEED: the ward's ten published rates with the slot-days they imply)
PUBLISHED = [
    (4705, 5400, "87.1"),
    (4427, 5445, "81.3"),
    (3292, 5415, "60.8"),
    (4355, 5410, "80.5"),
    (4431, 5378, "82.4"),
    (368, 555, "66.3"),
    (308, 527, "58.4"),
    (245, 326, "75.2"),
    (323, 419, "77.1"),
    (339, 551, "61.5"),
]


@pytest.mark.parametrize(("days", "slots", "percent"), PUBLISHED)
def test_occupancy_is_used_days_over_slot_days(days: int, slots: int, percent: str) -> None:
    assert occupancy_percent(days, slots) == Decimal(percent)


def test_without_slots_there_is_no_occupancy() -> None:
    assert occupancy_percent(0, 0) is None


def test_half_a_tenth_is_rounded_up() -> None:
    assert occupancy_percent(1, 16) == Decimal("6.3")


def test_mamas_room_2020_fits_no_whole_number_of_slot_days() -> None:
    near = unreachable(245, Decimal("75.1"))
    assert near is not None
    assert (near.slot_days, near.percent) == (326, Decimal("75.2"))
    assert (near.slot_days_next, near.percent_next) == (327, Decimal("74.9"))


@pytest.mark.parametrize(("days", "percent"), [(0, "75.1"), (245, "0"), (1, "150")])
def test_nothing_used_nothing_published_or_more_than_all_places_has_no_neighbours(days: int, percent: str) -> None:
    assert unreachable(days, Decimal(percent)) is None


@given(st.integers(1, 6000), st.integers(1, 6000))
def test_an_occupancy_that_some_slot_days_give_is_reachable(days: int, slots: int) -> None:
    percent = occupancy_percent(days, slots)
    assert percent is not None
    if percent > 0:
        assert unreachable(days, percent) is None


@given(st.integers(1, 6000), st.decimals("0.1", "100", places=1))
def test_an_unreachable_percent_lies_between_its_neighbours(days: int, percent: Decimal) -> None:
    near = unreachable(days, percent)
    if near is not None:
        assert near.percent > percent > near.percent_next
        assert all(occupancy_percent(days, slots) != percent for slots in range(1, 70_000, 7))


def test_a_month_without_slots_is_a_gap_in_the_line_and_not_a_zero() -> None:
    months = (4, 5, 6)
    chart = monthly_chart(months, [("a", "A", [Decimal(50), None, Decimal(70)])])
    (line,) = chart.lines
    assert len(line.points) == 2
    assert len(line.pieces) == 2
    assert all(0 < point.y < HEIGHT for point in line.points)
