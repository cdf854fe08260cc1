"""How long an infant is young enough: age, corrected age, and several infants of one birth."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrollment.age import last_day_under
from enrollment.eligibility import (
    Code,
    InfantFacts,
    Rule,
    judge,
    usable_until,
)
from tests.enrollment.factories_eligibility import (
    BORN,
    DUE,
    MAMAS_ROOM,
    ONLINE,
    OUTREACH,
    SHORT_STAY,
    application,
    codes,
    result,
)

# ---- age


@pytest.mark.parametrize(
    ("born", "months", "last_day", "source"),
    [
        (date(2023, 4, 1), 4, date(2023, 7, 31), "docs/domain.md: born 1 April"),
        (date(2022, 10, 31), 4, date(2023, 2, 28), "docs/domain.md: born 31 October, inclusive"),
        (date(2023, 10, 31), 4, date(2024, 2, 29), "docs/domain.md: born 31 October before a leap year, inclusive"),
        (date(2022, 10, 30), 4, date(2023, 2, 28), "Civil Code 143: no 30 February"),
        (date(2022, 10, 29), 4, date(2023, 2, 28), "Civil Code 143: no 29 February 2023"),
        (date(2023, 10, 29), 4, date(2024, 2, 28), "Civil Code 143: 29 February 2024 exists"),
        (date(2023, 10, 30), 4, date(2024, 2, 29), "Civil Code 143: no 30 February"),
        (date(2022, 10, 28), 4, date(2023, 2, 27), "Civil Code 143"),
        (date(2023, 5, 31), 4, date(2023, 9, 30), "Civil Code 143: no 31 September"),
        (date(2023, 5, 30), 4, date(2023, 9, 29), "Civil Code 143"),
        (date(2023, 7, 31), 4, date(2023, 11, 30), "Civil Code 143: no 31 November"),
        (date(2023, 8, 31), 4, date(2023, 12, 30), "Civil Code 143: 31 December exists"),
        (date(2023, 8, 1), 4, date(2023, 11, 30), "Civil Code 143: ends with the month before"),
        (date(2023, 9, 1), 4, date(2023, 12, 31), "Civil Code 143: ends with the year"),
        (date(2023, 11, 1), 4, date(2024, 2, 29), "Civil Code 143: ends with a leap February"),
        (date(2023, 12, 31), 4, date(2024, 4, 30), "Civil Code 143: no 31 April"),
        (date(2024, 2, 29), 4, date(2024, 6, 28), "Civil Code 143"),
        (date(2024, 2, 29), 12, date(2025, 2, 28), "Civil Code 143: no 29 February 2025"),
        (date(2023, 2, 28), 12, date(2024, 2, 27), "Civil Code 143"),
        (date(2023, 3, 1), 12, date(2024, 2, 29), "Civil Code 143"),
        (date(2023, 1, 1), 12, date(2023, 12, 31), "Civil Code 143"),
        (date(2023, 12, 31), 12, date(2024, 12, 30), "Civil Code 143"),
        (date(2023, 7, 31), 5, date(2023, 12, 30), "Civil Code 143: December"),
        (date(2023, 10, 31), 1, date(2023, 11, 30), "Civil Code 143: no 31 November"),
    ],
)
def test_under_n_months_lasts_to_the_day_before_or_the_last_day_of_a_month_without_it(born, months, last_day, source):
    assert last_day_under(born, months) == last_day, source
    terms = [replace(SHORT_STAY, age_limit_months=months)]
    assert judge(application(last_day, infants=[InfantFacts(born)]), terms).eligible, source
    next_day = last_day + timedelta(days=1)
    assert codes(Rule.INFANT_AGE, application(next_day, infants=[InfantFacts(born)]), terms) == (
        False,
        Code.OVER_AGE_LIMIT,
    )


@pytest.mark.parametrize(
    ("terms", "last_day"),
    [
        (SHORT_STAY, date(2024, 8, 31)),  # SEED: 4か月未満
        (MAMAS_ROOM, date(2024, 8, 31)),  # SEED: 4か月未満
        (OUTREACH, date(2025, 4, 30)),  # SEED: 1年未満
        (ONLINE, date(2025, 4, 30)),  # SEED: 1歳未満
    ],
)
def test_each_service_has_its_own_age_limit(terms, last_day):
    asked = application(date(2024, 6, 1), infants=[InfantFacts(date(2024, 5, 1))])
    assert judge(asked, [terms]).usable_until == last_day


def test_the_infant_is_under_age_on_every_day_used():
    assert judge(application(date(2023, 8, 25), date(2023, 8, 31)), [SHORT_STAY]).eligible
    found = result(Rule.INFANT_AGE, application(date(2023, 8, 26), date(2023, 9, 1)))
    assert not found.met
    assert found.facts == {
        "birth_date": BORN,
        "counted_from": BORN,
        "months": 4,
        "usable_until": date(2023, 8, 31),
        "day": date(2023, 9, 1),
    }


def test_the_day_of_birth_is_usable_and_the_day_before_is_not():
    assert codes(Rule.INFANT_AGE, application(BORN)) == (True, Code.UNDER_AGE_LIMIT)
    asked = application(BORN - timedelta(days=1), BORN)
    assert codes(Rule.INFANT_AGE, asked) == (False, Code.NOT_BORN_YET)


def test_without_an_infant_the_rule_says_so():
    verdict = judge(application(infants=()), [SHORT_STAY])
    assert not verdict.eligible
    assert verdict.usable_until is None
    assert codes(Rule.INFANT_AGE, application(infants=())) == (False, Code.NO_INFANT)


def test_a_limit_raised_on_a_day_holds_from_that_day():
    raised = date(2023, 9, 3)
    terms = [
        replace(SHORT_STAY, offered_until=raised - timedelta(days=1)),
        replace(SHORT_STAY, offered_from=raised, age_limit_months=12),
    ]
    assert judge(application(raised), terms).eligible
    assert judge(application(raised), terms[::-1]).usable_until == date(2024, 4, 30)
    assert codes(Rule.INFANT_AGE, application(date(2023, 9, 2), raised), terms) == (False, Code.OVER_AGE_LIMIT)


# ---- corrected age (SEED: 未熟児等で通常より長く入院していた等)


@pytest.mark.parametrize(
    ("infant", "last_day", "why"),
    [
        (InfantFacts(BORN, DUE, gestation_days=258), date(2023, 10, 19), "36 weeks 6 days is preterm"),
        (InfantFacts(BORN, DUE, gestation_days=259), date(2023, 8, 31), "37 weeks 0 days is not"),
        (InfantFacts(BORN, DUE, 259, long_hospital_stay=True), date(2023, 10, 19), "kept in hospital"),
        (InfantFacts(BORN, DUE), date(2023, 10, 19), "unknown gestation: 50 days before the due date"),
        (InfantFacts(BORN, BORN + timedelta(days=21)), date(2023, 8, 31), "21 days early is 37 weeks 0 days"),
        (InfantFacts(BORN, BORN + timedelta(days=22)), date(2023, 9, 22), "22 days early is 36 weeks 6 days"),
        (InfantFacts(BORN, None, gestation_days=200), date(2023, 8, 31), "no due date: from birth"),
        (InfantFacts(BORN, None, long_hospital_stay=True), date(2023, 8, 31), "no due date: from birth"),
        (InfantFacts(BORN, date(2023, 4, 20), 258), date(2023, 8, 31), "due date before birth: from birth"),
        (InfantFacts(BORN, date(2023, 4, 20), long_hospital_stay=True), date(2023, 8, 31), "born after due date"),
        (InfantFacts(BORN, date(2023, 10, 31), 200), date(2024, 2, 29), "due on a 31st"),
    ],
)
def test_the_window_of_a_preterm_or_long_hospitalised_infant_is_counted_from_the_later_due_date(infant, last_day, why):
    assert usable_until([infant], 4) == last_day, why
    assert judge(application(last_day, infants=[infant]), [SHORT_STAY]).eligible
    assert not judge(application(last_day + timedelta(days=1), infants=[infant]), [SHORT_STAY]).eligible


def test_the_verdict_says_when_the_due_date_counted_and_when_it_is_missing():
    early = InfantFacts(BORN, DUE, 230)
    found = result(Rule.INFANT_AGE, application(infants=[early]))
    assert (found.code, found.facts["counted_from"]) == (Code.UNDER_CORRECTED_AGE_LIMIT, DUE)
    late = date(2023, 11, 1)
    assert codes(Rule.INFANT_AGE, application(late, infants=[early])) == (False, Code.OVER_CORRECTED_AGE_LIMIT)
    unknown = replace(early, due_date=None)
    assert codes(Rule.INFANT_AGE, application(late, infants=[unknown])) == (
        False,
        Code.OVER_AGE_LIMIT_DUE_DATE_MISSING,
    )


@pytest.mark.parametrize(
    ("first_day", "last_day", "met", "code"),
    [
        (date(2023, 8, 31), None, True, Code.MAY_ROLL_OVER),  # the last day counted from birth
        (date(2023, 9, 1), None, False, Code.ROLLS_OVER),  # the first that only the correction allows
        (date(2023, 10, 19), None, False, Code.ROLLS_OVER),  # the last that the correction allows
        (date(2023, 10, 20), None, True, Code.MAY_ROLL_OVER),  # over age: the age rule says so
        (date(2023, 8, 30), date(2023, 9, 1), False, Code.ROLLS_OVER),
    ],
)
def test_an_infant_who_rolls_over_is_refused_in_the_time_that_only_the_correction_allows(
    first_day, last_day, met, code
):
    rolling = InfantFacts(BORN, DUE, 230, rolls_over=True)
    assert codes(Rule.ROLLING_OVER, application(first_day, last_day, [rolling])) == (met, code)
    still = replace(rolling, rolls_over=False)
    assert codes(Rule.ROLLING_OVER, application(first_day, last_day, [still])) == (True, Code.DOES_NOT_ROLL_OVER)


def test_rolling_over_is_no_obstacle_to_an_infant_without_correction():
    rolling = InfantFacts(BORN, rolls_over=True)
    assert judge(application(date(2023, 8, 31), infants=[rolling]), [SHORT_STAY]).eligible


# ---- several infants


def test_twins_around_midnight_are_one_birth_beside_an_elder_child_of_another_one():
    """Each birth has its own window; the later twin's day counts for both, and does nothing for the elder child."""
    elder, twins = BORN - timedelta(days=300), [InfantFacts(BORN), InfantFacts(BORN + timedelta(days=1))]
    long = replace(SHORT_STAY, age_limit_months=12)
    one_year = [InfantFacts(elder), *twins]
    last = usable_until([InfantFacts(elder)], 12)
    assert codes(Rule.INFANT_AGE, application(last, infants=one_year), [long])[0]
    assert not codes(Rule.INFANT_AGE, application(last + timedelta(days=1), infants=one_year), [long])[0]
    facts = result(Rule.INFANT_AGE, application(BORN + timedelta(days=9), infants=one_year), [long]).facts
    assert facts["birth_date"] == elder


def test_for_twins_born_on_both_sides_of_midnight_the_window_is_the_same():
    twins = [InfantFacts(BORN), InfantFacts(BORN + timedelta(days=1))]
    assert usable_until(twins, 4) == date(2023, 9, 1)
    assert codes(Rule.INFANT_AGE, application(BORN, infants=twins)) == (False, Code.NOT_BORN_YET)


def test_a_correction_for_one_twin_holds_for_both():
    twins = [InfantFacts(BORN, DUE, 259, long_hospital_stay=True), InfantFacts(BORN, DUE, 259)]
    assert usable_until(twins, 4) == date(2023, 10, 19)


def test_one_twin_who_rolls_over_keeps_both_from_the_corrected_time():
    twins = [InfantFacts(BORN, DUE, 230), InfantFacts(BORN, DUE, 230, rolls_over=True)]
    assert codes(Rule.ROLLING_OVER, application(date(2023, 9, 1), infants=twins)) == (False, Code.ROLLS_OVER)


@pytest.mark.parametrize(("apart", "last_day"), [(2, date(2023, 9, 2)), (3, date(2023, 8, 31))])
def test_infants_of_different_births_must_each_be_under_age(apart, last_day):
    infants = [InfantFacts(BORN + timedelta(days=apart)), InfantFacts(BORN)]
    assert usable_until(infants, 4) == last_day
