"""What scores propose, when the next look is due, what a fever is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.observations import is_fever, proposes_referral, sleep_check
from tests.builders import A_DAY, at

NOW = at(A_DAY, 3)


@pytest.mark.parametrize(
    ("total", "item_10", "proposes"), [(8, 0, False), (9, 0, True), (1, 1, True), (0, 0, False), (30, 3, True)]
)
def test_nine_or_more_or_anything_on_item_ten_proposes_a_referral(total: int, item_10: int, proposes: bool) -> None:
    # SEED: 9 or more, or item 10 at least 1
    assert proposes_referral(total, item_10) is proposes


@given(st.integers(-5, 40), st.integers(-2, 6))
def test_scores_that_the_scale_does_not_have_are_refused(total: int, item_10: int) -> None:
    possible = 0 <= item_10 <= 3 and item_10 <= total <= 30
    if possible:
        proposes_referral(total, item_10)
    else:
        with pytest.raises(ValueError, match="no such scores"):
            proposes_referral(total, item_10)


@pytest.mark.parametrize(
    ("minutes_ago", "every", "overdue"), [(10, 30, False), (31, 30, True), (None, 30, True), (600, None, False)]
)
def test_a_baby_is_looked_at_again_when_the_interval_is_over(
    minutes_ago: int | None, every: int | None, overdue: bool
) -> None:
    last = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    assert sleep_check(last, every, NOW).overdue is overdue


def test_without_a_policy_nothing_is_called_a_fever() -> None:
    assert is_fever(Decimal("38.0"), Decimal("37.5"))
    assert not is_fever(Decimal("37.4"), Decimal("37.5"))
    assert not is_fever(Decimal("39.0"), None)
    assert not is_fever(None, Decimal("37.5"))
