"""When the next look is due, what a fever is."""

from datetime import timedelta
from decimal import Decimal

import pytest

from care.observations import is_fever, sleep_check, temperature_meant
from tests.builders import A_DAY, at

NOW = at(A_DAY, 3)


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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("73.6", "37.6"),
        ("376", "37.6"),
        ("367", "36.7"),
        ("63.7", "36.7"),
        ("99.9", None),
        ("3.6", None),
        ("33.0", None),
    ],
)
def test_of_a_temperature_that_cannot_be_what_was_mostly_meant_is_asked(typed: str, meant: str | None) -> None:
    assert temperature_meant(Decimal(typed)) == (Decimal(meant) if meant else None)
