"""Like beside like: the same days of two years, never eight months beside twelve."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.like_months import fiscal_year_of, like_day, months_between, months_to_date, years_to_date


@pytest.mark.parametrize(
    ("day", "back", "like"),
    [
        (date(2026, 11, 20), 1, date(2025, 11, 20)),
        (date(2024, 2, 29), 1, date(2023, 2, 28)),  # the leap day is the month's last
        (date(2025, 2, 28), 1, date(2024, 2, 29)),  # and the month's last is the leap day
        (date(2025, 2, 27), 1, date(2024, 2, 27)),
        (date(2024, 2, 28), 1, date(2023, 2, 28)),
        (date(2026, 12, 31), 3, date(2023, 12, 31)),
        (date(2026, 4, 30), 2, date(2024, 4, 30)),
    ],
)
def test_the_same_day_of_another_year(day: date, back: int, like: date) -> None:
    assert like_day(day, back) == like


@given(st.dates(date(2010, 1, 1), date(2040, 12, 31)), st.integers(0, 9))
def test_a_like_day_lies_in_the_same_month_and_in_order(day: date, back: int) -> None:
    like = like_day(day, back)
    assert (like.year, like.month) == (day.year - back, day.month)
    assert abs(like.day - day.day) <= 1


def test_each_year_is_cut_at_the_same_day() -> None:
    assert years_to_date([2024, 2025, 2026, 2027], date(2026, 11, 30)) == {
        2024: (date(2024, 4, 1), date(2024, 11, 30)),
        2025: (date(2025, 4, 1), date(2025, 11, 30)),
        2026: (date(2026, 4, 1), date(2026, 11, 30)),
    }


def test_in_march_a_fiscal_year_is_nearly_over() -> None:
    assert years_to_date([2022, 2023], date(2024, 2, 29)) == {
        2022: (date(2022, 4, 1), date(2023, 2, 28)),
        2023: (date(2023, 4, 1), date(2024, 2, 29)),
    }


def test_this_month_stands_beside_the_same_days_of_the_years_before() -> None:
    assert months_to_date(date(2026, 11, 10), 1) == {
        2026: (date(2026, 11, 1), date(2026, 11, 10)),
        2025: (date(2025, 11, 1), date(2025, 11, 10)),
    }


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.dates(date(2015, 1, 1), date(2030, 12, 31)))
def test_months_hold_every_day_between_once(first: date, last: date) -> None:
    months = months_between(first, last)
    assert sum((ends - begins).days + 1 for begins, ends in months.values()) == max((last - first).days + 1, 0)
    assert all(name == f"{begins:%Y-%m}" == f"{ends:%Y-%m}" for name, (begins, ends) in months.items())


def test_a_fiscal_year_begins_in_april() -> None:
    assert (fiscal_year_of(date(2026, 3, 31)), fiscal_year_of(date(2026, 4, 1))) == (2025, 2026)
