"""The next draw proposed: its days follow those of the last one, and its times come before them in their order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.draws.next_round import ProposedRound, RoundTerms, next_round

# 2023-05-10 is a Wednesday.
TODAY = date(2023, 5, 10)
FRIDAY = 4


def may(day: int) -> date:
    return date(2023, 5, 1) + timedelta(days=day - 1)


@pytest.mark.parametrize(
    ("terms", "after", "proposed"),
    [
        # A week drawn on Fridays: the Friday before its Monday.
        (RoundTerms(7, FRIDAY), may(22), (may(22), may(28), may(19), None, None)),
        # A Saturday is drawn the day before, a Friday a week before.
        (RoundTerms(7, FRIDAY), may(20), (may(20), may(26), may(19), None, None)),
        (RoundTerms(7, FRIDAY), may(26), (may(26), may(32), may(19), None, None)),
        # A stretch that is no whole number of weeks begins on another weekday each time.
        (RoundTerms(10, FRIDAY), may(25), (may(25), may(34), may(19), None, None)),
        (RoundTerms(10, FRIDAY), may(35), (may(35), may(44), may(33), None, None)),
        (RoundTerms(1, FRIDAY), may(23), (may(23), may(23), may(19), None, None)),
        # Opening and deadline so many days before the first day.
        (RoundTerms(7, FRIDAY, 1, 10, 5), may(22), (may(22), may(28), may(19), may(12), may(17))),
        # An opening that has passed already is today; a deadline after the draw is the day of the draw.
        (RoundTerms(7, FRIDAY, 1, 30, 1), may(22), (may(22), may(28), may(19), may(10), may(19))),
        (RoundTerms(7, FRIDAY, 1, 1, 5), may(22), (may(22), may(28), may(19), may(17), may(17))),
        # Never a round before, or one long ago: the first day whose draw is still to come.
        (RoundTerms(7, FRIDAY), None, (may(13), may(19), may(12), None, None)),
        (RoundTerms(7, FRIDAY), may(1), (may(13), may(19), may(12), None, None)),
        # Wednesday's draw today is too late; a deadline today too.
        (RoundTerms(7, 2), None, (may(18), may(24), may(17), None, None)),
        (RoundTerms(7, FRIDAY, 1, None, 6), None, (may(17), may(23), may(12), None, may(11))),
        # No weekday laid down: so many days before, as the last time.
        (RoundTerms(7), may(22), (may(22), may(28), may(21), None, None)),
        (RoundTerms(7, None, 7), None, (may(18), may(24), may(11), None, None)),
    ],
)
def test_the_round_that_follows(terms: RoundTerms, after: date | None, proposed: tuple[date | None, ...]) -> None:
    assert next_round(terms, after=after, today=TODAY) == ProposedRound(*proposed)  # type: ignore[arg-type]


@given(
    stretch=st.integers(1, 31),
    weekday=st.none() | st.integers(0, 6),
    opens=st.none() | st.integers(0, 60),
    closes=st.none() | st.integers(0, 40),
    after=st.none() | st.integers(-30, 60),
)
def test_whatever_the_policy_its_times_are_ahead_and_in_their_order(
    stretch: int, weekday: int | None, opens: int | None, closes: int | None, after: int | None
) -> None:
    begins = None if after is None else TODAY + timedelta(days=after)
    found = next_round(RoundTerms(stretch, weekday, 3, opens, closes), after=begins, today=TODAY)
    assert TODAY < found.draw_on < found.first_day <= found.last_day
    assert begins is None or found.first_day >= begins
    assert found.closes_on is None or TODAY < found.closes_on <= found.draw_on
    assert found.opens_on is None or TODAY <= found.opens_on <= (found.closes_on or found.draw_on)
    assert weekday is None or found.draw_on.weekday() == weekday
