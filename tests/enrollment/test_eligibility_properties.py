"""Ages against a second implementation, and what holds of every verdict."""

import calendar
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.age import last_day_under
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Application, Rule, ServiceTerms, judge, usable_until

BIRTH_DATES = [date(2018, 4, 1) + timedelta(days=n) for n in range(3653)]  # fiscal 2018 to 2027
ALWAYS = {
    4: ServiceTerms("short_stay", date(2000, 1, 1), None, 4),
    12: ServiceTerms("outreach", date(2000, 1, 1), None, 12),
}


def months_old(born: date, day: date) -> int:
    """How many months are completed on ``day``, walking the months: a month is completed on the same day of the
    next month, or, where that month has no such day, when it is over.
    """
    elapsed = (day.year - born.year) * 12 + day.month - born.month
    return elapsed if day.day >= born.day else elapsed - 1


def is_under(born: date, day: date, months: int) -> bool:
    return months_old(born, day) < months


def last_day_walked(born: date, months: int) -> date:
    """The second implementation: from birth on, day by day, while the completed months are fewer than ``months``."""
    day = born + timedelta(days=28 * months - 5)
    assert is_under(born, day, months)
    while is_under(born, day + timedelta(days=1), months):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("months", [4, 12])
@pytest.mark.parametrize("early", [None, 0, 21, 22, 35, 90], ids=lambda early: f"early-{early}")
def test_all_birth_dates_of_ten_years_agree_with_the_second_implementation(months, early):
    differences = []
    for born in BIRTH_DATES:
        due = None if early is None else born + timedelta(days=early)
        start = due if due is not None and early > 21 else born
        expected = last_day_walked(start, months)
        if usable_until([InfantFacts(born, due)], months) != expected:
            differences.append(born)
    assert differences == []
    assert len(BIRTH_DATES) == 3653


def test_the_usual_shortcut_is_wrong_on_57_dates():
    """The control: adding clipped months and taking a day off. It shows that the comparison above can see it."""

    def shortcut(born: date, months: int) -> date:
        year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
        day = min(born.day, calendar.monthrange(year, month + 1)[1])
        return date(year, month + 1, day) - timedelta(days=1)

    wrong = [born for born in BIRTH_DATES if shortcut(born, 4) != last_day_under(born, 4)]
    assert len(wrong) == 57


DATES = st.sampled_from(BIRTH_DATES)
INFANTS = st.builds(
    InfantFacts,
    birth_date=DATES,
    due_date=st.none() | DATES,
    gestation_days=st.none() | st.integers(140, 300),
    long_hospital_stay=st.booleans(),
    rolls_over=st.booleans(),
)
APPLICATIONS = st.builds(
    lambda first_day, length, **facts: Application(first_day, first_day + timedelta(days=length), **facts),
    first_day=DATES,
    length=st.integers(0, 6),
    mother_in_ward=st.booleans(),
    infant_in_ward=st.booleans(),
    infants=st.lists(INFANTS, max_size=4),
    worry=st.booleans(),
    lacks_support=st.booleans(),
    needs_medical_care=st.booleans(),
    sibling_birth_date=st.none() | DATES,
)


@given(APPLICATIONS, st.sampled_from([4, 12]))
def test_a_verdict_is_the_conjunction_of_its_rules_and_age_agrees_with_usable_until(asked, months):
    verdict = judge(asked, [ALWAYS[months]])
    assert [found.rule for found in verdict.rules] == list(Rule)
    assert verdict.eligible is all(found.met for found in verdict.rules)
    if asked.infants:
        born = max(infant.birth_date for infant in asked.infants) <= asked.first_day
        age = next(found for found in verdict.rules if found.rule is Rule.INFANT_AGE)
        assert age.met is (born and asked.last_day <= verdict.usable_until)


@given(APPLICATIONS)
def test_a_day_fewer_never_makes_a_family_ineligible(asked):
    if judge(asked, [ALWAYS[4]]).eligible and asked.first_day < asked.last_day:
        assert judge(replace(asked, last_day=asked.last_day - timedelta(days=1)), [ALWAYS[4]]).eligible
        assert judge(replace(asked, first_day=asked.first_day + timedelta(days=1)), [ALWAYS[4]]).eligible


@given(APPLICATIONS, st.randoms())
def test_the_order_of_infants_is_irrelevant(asked, random):
    shuffled = list(asked.infants)
    random.shuffle(shuffled)
    assert judge(asked, [ALWAYS[4]]) == judge(replace(asked, infants=shuffled), [ALWAYS[4]])


@given(DATES, st.integers(0, 60), st.integers(0, 130))
def test_rolling_over_refuses_exactly_the_days_that_only_the_correction_allows(born, early, age_in_days):
    due = born + timedelta(days=early)
    infant = InfantFacts(born, due, long_hospital_stay=True, rolls_over=True)
    day = born + timedelta(days=age_in_days)
    asked = Application(day, day, True, True, [infant], True, True, False)
    rolling = next(found for found in judge(asked, [ALWAYS[4]]).rules if found.rule is Rule.ROLLING_OVER)
    assert rolling.met is (is_under(born, day, 4) or not is_under(due, day, 4))
