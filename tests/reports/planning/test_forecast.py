"""見通し: level times season beside the same month of last year, and what past months say of both."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reports.planning.forecast import forecast, month_after, same_month_last_year, seasonal

FIRST = date(2020, 4, 1)
SEASON = [50, 60, 70, 80, 70, 60, 50, 40, 60, 70, 50, 60]


def months(values: list[float], first: date = FIRST) -> dict[date, float]:
    return {month_after(first, number): value for number, value in enumerate(values)}


def test_a_season_that_repeats_is_foretold_by_both_without_error() -> None:
    found = forecast(months([float(value) for value in SEASON * 5]), date(2025, 4, 1))
    assert found.error.naive == 0
    assert found.method == "naive"  # what is no better is not shown
    assert [row.shown for row in found.months] == SEASON


def test_a_level_that_rises_is_known_sooner_by_the_seasonal_method() -> None:
    values = [value * level for level in (0.4, 0.52, 0.64, 0.76, 0.88, 1.0) for value in SEASON]
    found = forecast(months(values), date(2026, 4, 1))
    assert found.error.seasonal is not None
    assert found.error.naive is not None
    assert found.error.seasonal < found.error.naive
    assert found.method == "seasonal"
    assert all(row.low is not None and row.low <= (row.shown or 0) <= (row.high or 0) for row in found.months)


def test_months_without_slots_are_left_out_and_the_year_before_stands_in() -> None:
    known = months([float(value) for value in SEASON * 3])
    for number in (24, 25):
        del known[month_after(FIRST, number)]  # suspended in April and May of the last year
    assert same_month_last_year(known, date(2023, 4, 1)) == SEASON[0]
    assert len(forecast(known, date(2023, 4, 1)).months) == 12


def test_of_few_months_nothing_is_compared_and_naive_is_shown() -> None:
    found = forecast(months([50.0] * 10), date(2021, 2, 1))
    assert found.error.forecasts == 0
    assert found.error.seasonal is None
    assert found.method == "naive"
    assert found.months[0].shown is None  # no February is known
    assert found.months[2].shown == 50.0
    assert found.months[0].seasonal == 50.0


def test_of_no_month_nothing_is_said() -> None:
    found = forecast({}, FIRST)
    assert all(row.shown is row.seasonal is row.naive is None for row in found.months)


def test_later_months_tell_nothing_of_earlier_ones() -> None:
    known = months([float(value) for value in SEASON * 4])
    before = forecast(known, date(2023, 4, 1))
    assert before == forecast(
        {month: value for month, value in known.items() if month < date(2023, 4, 1)}, date(2023, 4, 1)
    )


@given(st.lists(st.floats(0, 100), min_size=1, max_size=70))
def test_nothing_below_none_or_above_all(values: list[float]) -> None:
    known = months(values)
    first = month_after(FIRST, len(values))
    for row in forecast(known, first).months:
        for value in (row.seasonal, row.naive, row.shown, row.low, row.high):
            assert value is None or 0 <= value <= 100
    assert seasonal(known, first) is not None
