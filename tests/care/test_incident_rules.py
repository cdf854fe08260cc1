"""When a serious incident is reported, and how a report stands: tables of cases with their source, and properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.incident_rules import PUBLISHED, ReportTerms, Standing, is_serious, remind_from, report_days, standing
from care.models import Severity

DAYS = st.dates(date(2018, 4, 1), date(2035, 3, 31))
TERMS = st.builds(ReportTerms, st.integers(0, 30), st.integers(1, 12), st.integers(0, 60))


@pytest.mark.parametrize(
    ("happened", "first", "second"),
    [
        # PUBLIC: the same day or the next; again in about a month.
        # Civil Code art. 140, 143: the day itself is not counted.
        (date(2023, 5, 10), date(2023, 5, 11), date(2023, 6, 10)),
        (date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31)),
        (date(2023, 1, 31), date(2023, 2, 1), date(2023, 2, 28)),
        (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 29)),
        (date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 30)),
    ],
)
def test_the_next_day_and_a_month_later(happened: date, first: date, second: date) -> None:
    assert report_days(happened, PUBLISHED) == (first, second)


@pytest.mark.parametrize(
    ("severity", "serious"),
    [
        # PUBLIC: death, unconsciousness, treatment of 30 days or more.
        (Severity.NO_HARM, False),
        (Severity.SLIGHT, False),
        (Severity.TREATED, False),
        (Severity.TREATED_30_DAYS, True),
        (Severity.UNCONSCIOUS, True),
        (Severity.DEATH, True),
    ],
)
def test_what_is_serious(severity: Severity, serious: bool) -> None:
    assert is_serious(severity) is serious


DUE = date(2023, 5, 11)


@pytest.mark.parametrize(
    ("reported", "today", "stands"),
    [
        (None, date(2023, 5, 10), Standing.DUE),
        (None, date(2023, 5, 11), Standing.DUE),
        (None, date(2023, 5, 12), Standing.RED),
        (date(2023, 5, 11), date(2023, 6, 1), Standing.REPORTED),
        (date(2023, 5, 12), date(2023, 6, 1), Standing.REPORTED_LATE),
    ],
)
def test_the_last_day_is_in_time_and_the_day_after_is_red(
    reported: date | None, today: date, stands: Standing
) -> None:
    assert standing(DUE, reported, today) == stands


@pytest.mark.parametrize(("days_before", "from_day"), [(7, date(2023, 6, 3)), (0, date(2023, 6, 10))])
def test_managers_are_reminded_so_many_days_before(days_before: int, from_day: date) -> None:
    assert remind_from(date(2023, 6, 10), ReportTerms(1, 1, days_before)) == from_day


@given(DAYS, TERMS)
def test_no_report_is_due_before_it_happened_and_none_is_red_on_its_last_day(
    happened: date, terms: ReportTerms
) -> None:
    for due in report_days(happened, terms):
        assert due >= happened
        assert standing(due, None, due) == Standing.DUE
        assert standing(due, None, due + timedelta(days=1)) == Standing.RED
        assert remind_from(due, terms) <= due


@given(DAYS, DAYS, TERMS)
def test_what_happened_later_is_never_due_earlier(one: date, other: date, terms: ReportTerms) -> None:
    earlier, later = sorted((one, other))
    assert all(
        first <= second for first, second in zip(report_days(earlier, terms), report_days(later, terms), strict=True)
    )
