"""How soon referrals were received: nearest rank, in hours of working time, of three or more (DEFAULT)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.response_times import nearest_rank, response_times


def hours(*numbers):
    return [timedelta(hours=number) for number in numbers]


@pytest.mark.parametrize(
    ("waits", "median", "p90"),
    [
        (hours(1, 2, 3), "2.0", "3.0"),
        (hours(3, 1, 2, 4), "2.0", "4.0"),
        (hours(*range(1, 11)), "5.0", "9.0"),
        (hours(*range(1, 101)), "50.0", "90.0"),
        (hours(0.05, 0.05, 0.05), "0.1", "0.1"),
        (hours(1, 2), None, None),
        ([], None, None),
    ],
)
def test_median_and_90th_percentile_are_waits_that_happened(waits, median, p90):
    times = response_times(waits, len(waits))
    assert (times.median_hours, times.p90_hours) == tuple(value and Decimal(value) for value in (median, p90))


@pytest.mark.parametrize(
    ("received", "within", "percent"), [(3, 2, "66.7"), (8, 8, "100.0"), (4, 0, "0.0"), (2, 1, None)]
)
def test_the_share_within_the_time_due_is_rounded_half_up(received, within, percent):
    times = response_times(hours(*range(received)), within)
    assert times.within_percent == (percent and Decimal(percent))


@given(st.lists(st.integers(0, 10_000).map(lambda number: timedelta(minutes=number)), min_size=1))
def test_at_least_so_many_percent_did_not_wait_longer(waits):
    for percent in (50, 90):
        value = nearest_rank(sorted(waits), percent)
        assert value in waits
        assert 100 * sum(wait <= value for wait in waits) >= percent * len(waits)
        assert 100 * sum(wait < value for wait in waits) < percent * len(waits)
