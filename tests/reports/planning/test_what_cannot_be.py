"""What no replay gives: a place twice, a day that no calendar has, a house of a kind that nobody offers."""

from dataclasses import replace
from datetime import date

import pytest

from reports.planning.forecast import LEAST_MONTHS, month_after, past_errors
from reports.planning.places import Places, Why
from reports.planning.world import Changes, NewHouse, changed

from .scenes import CENTRE, STAY, day, days, demand, household, world


def test_no_place_is_given_twice_and_none_comes_free_that_nobody_held() -> None:
    one, other = household(1), household(2)
    places = Places(world(), demand(households=[one, other]))
    places.hold(one, STAY, days(3))
    with pytest.raises(ValueError, match="no place left"):
        places.hold(other, STAY, days(3))
    assert places.give_back(one, day(4)) is None
    assert places.give_back(one, day(3)) == CENTRE


def test_a_day_that_no_calendar_has_is_closed() -> None:
    one = household(1)
    places = Places(replace(world(), limits={STAY: {}}), demand(households=[one]))
    assert places.why_not(one, STAY, days(3)) is Why.CLOSED


def test_days_that_cannot_be_judged_are_given_to_nobody() -> None:
    one = household(1)
    places = Places(world(), demand(households=[one]))
    assert places.why_not(one, STAY, (day(5), day(3))) is Why.RULES


def test_a_new_house_is_of_a_kind_that_somebody_offers() -> None:
    house = NewHouse("夜の家", "outreach", 1, frozenset(range(7)), "setagaya")
    with pytest.raises(ValueError, match="outreach"):
        changed(world(), Changes(new_house=house))


def test_a_month_without_the_same_month_in_two_years_before_is_compared_with_nothing() -> None:
    begins = date(2022, 4, 1)
    months = [month_after(begins, number) for number in range(LEAST_MONTHS + 4) if number not in (2, 14)]
    error, errors = past_errors(dict.fromkeys(months, 80.0))
    # The first month that is tried is June 2024, and neither June before it is known.
    assert sorted(months)[LEAST_MONTHS] == month_after(begins, 26)
    assert error.forecasts == len(errors["naive"]) == len(errors["seasonal"])
    whole = [month_after(begins, number) for number in range(LEAST_MONTHS + 4)]
    assert 0 < error.forecasts < past_errors(dict.fromkeys(whole, 80.0))[0].forecasts
