"""Which fiscal years a table is asked for, and where that is answered in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.asked_years import MOST, NotThoseYears, years_asked, years_shown

RECORDS = [2018, 2019, 2020, 2021, 2022, 2023]


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("", "", [2019, 2020, 2021, 2022, 2023]),
        ("2022", "2022", [2022]),
        ("2021", "", [2021, 2022, 2023]),
        ("", "2020", [2019, 2020]),
        ("", "2018", [2018]),
        (" 2022 ", "2024", [2022, 2023, 2024]),  # a year that has begun and has nothing yet
        ("2016", "2018", [2016, 2017, 2018]),  # years without records beside one that has them
    ],
)
def test_years_that_can_be_shown(first: str, last: str, years: list[int]) -> None:
    assert years_asked(first, last, with_records=RECORDS, this_year=2024) == years


@pytest.mark.parametrize(
    ("first", "last", "code", "field"),
    [
        ("令和4", "", "not_a_year", "from"),
        ("22", "", "not_a_year", "from"),
        ("", "２０２２", "not_a_year", "to"),
        ("2022'--", "", "not_a_year", "from"),
        ("2023", "2020", "in_reverse", "from"),
        ("2025", "2025", "to_come", "from"),
        ("2020", "2031", "to_come", "to"),
        ("2005", "2006", "no_records", "from"),
        ("2000", "2199", "to_come", "to"),
    ],
)
def test_what_cannot_be_shown_is_said(first: str, last: str, code: str, field: str) -> None:
    with pytest.raises(NotThoseYears) as unclear:
        years_asked(first, last, with_records=RECORDS, this_year=2024)
    assert (unclear.value.code, unclear.value.field) == (code, field)


def test_two_hundred_years_are_too_many() -> None:
    with pytest.raises(NotThoseYears, match="too_many"):
        years_asked("2000", "2199", with_records=RECORDS, this_year=2250)


def test_a_ward_without_records_shows_its_running_year() -> None:
    assert years_shown([], 2024) == [2024]
    assert years_asked("", "", with_records=[], this_year=2024) == [2024]


@given(st.text(max_size=6), st.text(max_size=6), st.lists(st.integers(2000, 2024), max_size=6))
def test_whatever_is_typed_is_shown_or_answered(first: str, last: str, records: list[int]) -> None:
    try:
        years = years_asked(first, last, with_records=sorted(set(records)), this_year=2024)
    except NotThoseYears:
        return
    assert 1 <= len(years) <= MOST
    assert years == list(range(years[0], years[-1] + 1))
    assert years[-1] <= 2024
