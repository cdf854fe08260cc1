"""The next draw proposed: the first days without one, its times on working days before them and in their order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.draws.next_round import LONGEST_ROUND, ProposedRound, RoundDays, RoundTerms, next_round

# 2023-05-10 is a Wednesday.
TODAY = date(2023, 5, 10)
FRIDAY = 4


def may(day: int) -> date:
    return date(2023, 5, 1) + timedelta(days=day - 1)


def every(first: int, last: int = 120) -> list[date]:
    return [may(day) for day in range(first, last + 1)]


@pytest.mark.parametrize(
    ("terms", "days", "proposed"),
    [
        # A week drawn on Fridays: the Friday before its Monday, the deadline on the Thursday, two weeks to enter.
        (RoundTerms(7, FRIDAY), RoundDays(every(29)), (may(29), may(35), may(26), may(11), may(25))),
        # A Saturday is drawn the day before, a Friday a week before.
        (RoundTerms(7, FRIDAY), RoundDays(every(20)), (may(20), may(26), may(19), may(10), may(18))),
        (RoundTerms(7, FRIDAY), RoundDays(every(26)), (may(26), may(32), may(19), may(10), may(18))),
        (RoundTerms(1, FRIDAY), RoundDays(every(23)), (may(23), may(23), may(19), may(10), may(18))),
        # Opening and deadline so many days before the first day; a Sunday is no working day, nor is a holiday.
        (RoundTerms(7, FRIDAY, 1, 10, 5), RoundDays(every(22)), (may(22), may(28), may(19), may(12), may(17))),
        (RoundTerms(7, FRIDAY, 1, 30, 8), RoundDays(every(22)), (may(22), may(28), may(19), may(10), may(12))),
        (
            RoundTerms(7, FRIDAY),
            RoundDays(every(22), holidays=[may(19), may(17)]),
            (may(22), may(28), may(18), may(10), may(16)),
        ),
        # A deadline after the draw is the day of the draw.
        (RoundTerms(7, FRIDAY, 1, 30, 1), RoundDays(every(22)), (may(22), may(28), may(19), may(10), may(19))),
        # A week that was skipped comes first, and ends before the next draw; so do freed days.
        (
            RoundTerms(7, FRIDAY),
            RoundDays([*every(22, 25), *every(33)], taken=every(26, 32)),
            (may(22), may(25), may(19), may(10), may(18)),
        ),
        # A day on which the house is closed does not end it, and none is proposed to begin with.
        (RoundTerms(7, FRIDAY), RoundDays(every(23)), (may(23), may(29), may(19), may(10), may(18))),
        (RoundTerms(7, FRIDAY), RoundDays([may(22), *every(25)]), (may(22), may(28), may(19), may(10), may(18))),
        # Never one whose deadline is today: the first day that can still be drawn.
        (RoundTerms(7, FRIDAY), RoundDays(every(10)), (may(13), may(19), may(12), may(10), may(11))),
        (RoundTerms(7, 2), RoundDays(every(10)), (may(18), may(24), may(17), may(10), may(16))),
        (RoundTerms(7, FRIDAY, 1, None, 6), RoundDays(every(10)), (may(17), may(23), may(12), may(10), may(11))),
        # No weekday laid down: so many days before, as the last time; on the working day before.
        (RoundTerms(7), RoundDays(every(23)), (may(23), may(29), may(22), may(10), may(19))),
        (RoundTerms(7), RoundDays(every(22)), (may(22), may(28), may(19), may(10), may(18))),
        (RoundTerms(7, None, 7), RoundDays(every(10)), (may(19), may(25), may(12), may(10), may(11))),
        # Drawn on Fridays 17 days ahead, as the last time; one moved to the Thursday before does not move the next.
        (RoundTerms(7, FRIDAY, 17), RoundDays(every(29)), (may(29), may(35), may(12), may(10), may(11))),
        (RoundTerms(7, FRIDAY, 18), RoundDays(every(29)), (may(29), may(35), may(12), may(10), may(11))),
        (RoundTerms(7, FRIDAY, 4), RoundDays(every(29)), (may(29), may(35), may(26), may(11), may(25))),
        # The offices rest at the turn of the year.
        (
            RoundTerms(7, FRIDAY),
            RoundDays([date(2024, 1, 6)]),
            (date(2024, 1, 6), date(2024, 1, 12), date(2024, 1, 5), date(2023, 12, 21), date(2024, 1, 4)),
        ),
        (
            RoundTerms(7, FRIDAY),
            RoundDays([date(2024, 1, 4)]),
            (date(2024, 1, 4), date(2024, 1, 10), date(2023, 12, 28), date(2023, 12, 13), date(2023, 12, 27)),
        ),
    ],
)
def test_the_round_that_follows(terms: RoundTerms, days: RoundDays, proposed: tuple[date, ...]) -> None:
    assert next_round(terms, days, today=TODAY) == ProposedRound(*proposed)


def test_where_every_day_has_a_draw_none_is_proposed() -> None:
    assert next_round(RoundTerms(7, FRIDAY), RoundDays([]), today=TODAY) is None
    assert next_round(RoundTerms(7, FRIDAY), RoundDays([may(10), may(11)]), today=TODAY) is None


day_sets = st.frozensets(st.integers(0, 90).map(lambda number: TODAY + timedelta(days=number)), max_size=40)


@given(
    stretch=st.integers(1, 40),
    weekday=st.none() | st.integers(0, 6),
    before=st.integers(0, 9),
    opens=st.none() | st.integers(0, 60),
    closes=st.none() | st.integers(0, 40),
    wanted=day_sets,
    taken=day_sets,
    holidays=day_sets,
)
def test_whatever_the_policy_its_times_are_ahead_on_working_days_and_in_their_order(
    *,
    stretch: int,
    weekday: int | None,
    before: int,
    opens: int | None,
    closes: int | None,
    wanted: frozenset[date],
    taken: frozenset[date],
    holidays: frozenset[date],
) -> None:
    days = RoundDays(wanted - taken, taken, holidays)
    found = next_round(RoundTerms(stretch, weekday, before, opens, closes), days, today=TODAY)
    if found is None:
        return
    assert TODAY < found.closes_on <= found.draw_on < found.first_day <= found.last_day
    assert TODAY <= found.opens_on <= found.closes_on
    assert all(days.works_on(day) for day in (found.closes_on, found.draw_on))
    drawn = {found.first_day + timedelta(days=number) for number in range((found.last_day - found.first_day).days + 1)}
    assert found.first_day in wanted
    assert len(drawn) <= min(stretch, LONGEST_ROUND)
    assert not drawn & taken
