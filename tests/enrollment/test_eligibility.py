"""Who may use the programme: each sentence of docs/domain.md, with its cases and their source."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrollment.age import school_starts
from enrollment.eligibility import (
    Code,
    DateOutOfRange,
    DaysOutOfOrder,
    ExceptionNotAllowed,
    InfantFacts,
    Rule,
    TermsUnknown,
    TooManyDays,
    judge,
    last_usable_day,
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


def test_a_family_that_meets_every_rule_may_use_the_service_and_each_rule_is_named_in_order():
    verdict = judge(application(), [SHORT_STAY])
    assert verdict.eligible
    assert verdict.usable_until == date(2023, 8, 31)
    assert [found.rule for found in verdict.rules] == [
        "service_offered",
        "residency",
        "infant_age",
        "rolling_over",
        "worry",
        "support",
        "medical_care",
        "sibling",
    ]
    assert all(found.met and not found.excepted for found in verdict.rules)


# ---- what the family states


@pytest.mark.parametrize(
    ("rule", "facts", "met", "code"),
    [
        (Rule.RESIDENCY, {}, True, Code.IN_WARD),
        (Rule.RESIDENCY, {"mother_in_ward": False}, False, Code.MOTHER_NOT_IN_WARD),
        (Rule.RESIDENCY, {"infant_in_ward": False}, False, Code.INFANT_NOT_IN_WARD),
        (Rule.RESIDENCY, {"mother_in_ward": False, "infant_in_ward": False}, False, Code.NEITHER_IN_WARD),
        (Rule.RESIDENCY, {"in_ward_until": date(2023, 6, 1)}, True, Code.IN_WARD),
        (Rule.RESIDENCY, {"in_ward_until": date(2023, 5, 31)}, False, Code.LEAVES_WARD),
        (
            Rule.RESIDENCY,
            {"mother_in_ward": False, "in_ward_until": date(2023, 5, 31)},
            False,
            Code.MOTHER_NOT_IN_WARD,
        ),
        (Rule.WORRY, {}, True, Code.WORRIED),
        (Rule.WORRY, {"worry": False}, False, Code.NOT_WORRIED),
        (Rule.SUPPORT, {}, True, Code.LACKS_SUPPORT),
        (Rule.SUPPORT, {"lacks_support": False}, False, Code.HAS_SUPPORT),
        (Rule.MEDICAL_CARE, {}, True, Code.NO_MEDICAL_CARE),
        (Rule.MEDICAL_CARE, {"needs_medical_care": True}, False, Code.NEEDS_MEDICAL_CARE),
        (Rule.SIBLING, {}, True, Code.NO_SIBLING),
    ],
)
def test_each_stated_fact_decides_its_own_rule_alone(rule, facts, met, code):  # SEED: 対象者
    asked = application(**facts)
    assert codes(rule, asked) == (met, code)
    verdict = judge(asked, [SHORT_STAY])
    assert verdict.eligible is met
    assert [found.rule for found in verdict.rules if not found.met] == ([] if met else [rule])


# ---- sibling


@pytest.mark.parametrize(
    ("born", "starts"),
    [
        (date(2017, 4, 1), date(2023, 4, 1)),  # School Education Act 17: born 1 April, the earlier year
        (date(2017, 4, 2), date(2024, 4, 1)),
        (date(2018, 1, 15), date(2024, 4, 1)),
        (date(2018, 3, 31), date(2024, 4, 1)),
        (date(2017, 12, 31), date(2024, 4, 1)),
        (date(2020, 2, 29), date(2026, 4, 1)),
        (date(2020, 5, 1), date(2027, 4, 1)),
    ],
)
def test_a_sibling_may_come_to_the_day_before_school_starts(born, starts):
    assert school_starts(born) == starts
    infants = [InfantFacts(starts - timedelta(days=30))]
    before = application(starts - timedelta(days=2), starts - timedelta(days=1), infants, sibling_birth_date=born)
    assert codes(Rule.SIBLING, before) == (True, Code.SIBLING_MAY_COME)
    # Over the start of school it comes until the day before; refused are days from then on alone.
    across = application(starts - timedelta(days=1), starts, infants, sibling_birth_date=born)
    assert codes(Rule.SIBLING, across) == (True, Code.SIBLING_MAY_COME)
    named = replace(across, sibling_days=[starts - timedelta(days=1), starts])
    assert codes(Rule.SIBLING, named) == (False, Code.SIBLING_OF_SCHOOL_AGE)
    after = application(starts, starts + timedelta(days=1), infants, sibling_birth_date=born)
    assert codes(Rule.SIBLING, after) == (False, Code.SIBLING_OF_SCHOOL_AGE)


SIBLING_BORN = date(2020, 1, 15)


@pytest.mark.parametrize(
    ("last_day", "sibling_days", "met", "code"),
    [
        (date(2023, 6, 4), None, True, Code.SIBLING_MAY_COME),  # PUBLIC: 4 days at most a use
        (date(2023, 6, 5), None, False, Code.TOO_MANY_SIBLING_DAYS),
        (date(2023, 6, 7), [date(2023, 6, n) for n in (1, 2, 6, 7)], True, Code.SIBLING_MAY_COME),
        (date(2023, 6, 7), [date(2023, 6, n) for n in (1, 2, 3, 6, 7)], False, Code.TOO_MANY_SIBLING_DAYS),
        (date(2023, 6, 7), [], True, Code.NO_SIBLING),
    ],
)
def test_a_sibling_comes_on_four_days_of_a_use_at_most(last_day, sibling_days, met, code):
    asked = application(date(2023, 6, 1), last_day, sibling_birth_date=SIBLING_BORN, sibling_days=sibling_days)
    assert codes(Rule.SIBLING, asked) == (met, code)


def test_without_a_stated_limit_a_sibling_comes_on_every_day():
    asked = application(date(2023, 6, 1), date(2023, 6, 7), sibling_birth_date=SIBLING_BORN)
    assert codes(Rule.SIBLING, asked, [replace(SHORT_STAY, max_sibling_days=None)])[0]


def test_only_a_service_that_takes_siblings_takes_one():  # PUBLIC: the Ward Centre only
    asked = application(sibling_birth_date=SIBLING_BORN)
    assert codes(Rule.SIBLING, asked, [MAMAS_ROOM]) == (False, Code.SIBLINGS_NOT_TAKEN)
    assert codes(Rule.SIBLING, application(), [MAMAS_ROOM]) == (True, Code.NO_SIBLING)


def test_a_sibling_born_during_the_use_is_a_slip_even_if_born_by_its_last_day():
    asked = application(date(2023, 6, 1), date(2023, 6, 3), sibling_birth_date=date(2023, 6, 2))
    assert codes(Rule.SIBLING, asked) == (False, Code.SIBLING_NOT_BORN_YET)


def test_a_sibling_not_born_on_a_day_used_is_a_slip():
    born = date(2023, 6, 1)
    assert codes(Rule.SIBLING, application(born, sibling_birth_date=born))[0]
    asked = application(born - timedelta(days=1), sibling_birth_date=born)
    assert codes(Rule.SIBLING, asked) == (False, Code.SIBLING_NOT_BORN_YET)


# ---- the service


@pytest.mark.parametrize(
    ("terms", "first_day", "last_day", "met", "source"),
    [
        (OUTREACH, date(2023, 10, 1), None, True, "SEED: outreach from 2023-10"),
        (OUTREACH, date(2023, 9, 30), date(2023, 10, 1), False, "SEED: outreach from 2023-10"),
        (replace(OUTREACH, offered_until=date(2023, 10, 2)), date(2023, 10, 2), None, True, "until, inclusive"),
        (replace(OUTREACH, offered_until=date(2023, 10, 2)), date(2023, 10, 2), date(2023, 10, 3), False, "ended"),
    ],
)
def test_the_service_must_be_offered_on_every_day_used(terms, first_day, last_day, met, source):
    assert result(Rule.SERVICE_OFFERED, application(first_day, last_day), [terms]).met is met, source


def test_the_first_day_on_which_it_is_not_offered_is_named():
    ended = [replace(OUTREACH, offered_until=date(2023, 10, 2))]
    found = result(Rule.SERVICE_OFFERED, application(date(2023, 10, 1), date(2023, 10, 5)), ended)
    assert (found.code, found.facts) == (Code.NOT_OFFERED, {"day": date(2023, 10, 3)})


@pytest.mark.parametrize(
    ("used", "met", "code"),
    [
        (True, True, Code.OFFERED),
        (None, True, Code.OFFERED_AFTER_FACILITY_USE),  # the public check does not know: said as a condition
        (False, False, Code.FACILITY_NOT_USED_YET),
    ],
)
def test_online_consultation_is_for_families_who_have_used_the_ward_centre(used, met, code):  # SEED
    assert codes(Rule.SERVICE_OFFERED, application(has_used_facility=used), [ONLINE]) == (met, code)
    assert codes(Rule.SERVICE_OFFERED, application(has_used_facility=used)) == (True, Code.OFFERED)


# ---- exceptions


LONG = date(2099, 12, 31)
UNMET = {
    Rule.SERVICE_OFFERED: {"first_day": date(2018, 3, 31), "infants": (InfantFacts(date(2018, 3, 1)),)},
    Rule.RESIDENCY: {"mother_in_ward": False},
    Rule.INFANT_AGE: {"first_day": date(2023, 9, 1)},
    Rule.ROLLING_OVER: {"first_day": date(2023, 9, 1), "infants": (InfantFacts(BORN, DUE, 230, rolls_over=True),)},
    Rule.WORRY: {"worry": False},
    Rule.SUPPORT: {"lacks_support": False},
    Rule.SIBLING: {"sibling_birth_date": date(2015, 1, 1)},
}


@pytest.mark.parametrize(("rule", "facts"), UNMET.items())
def test_staff_may_grant_an_exception_on_any_rule_but_medical_treatment(rule, facts):
    assert not judge(application(**facts), [SHORT_STAY]).eligible
    asked = application(**facts, exceptions={rule: LONG})
    assert judge(asked, [SHORT_STAY]).eligible
    assert (result(rule, asked).met, result(rule, asked).excepted) == (False, True)
    other = next(one for one in UNMET if one is not rule)
    assert not judge(application(**facts, exceptions={other: LONG}), [SHORT_STAY]).eligible


@pytest.mark.parametrize("needed", [True, False])
def test_an_exception_on_medical_treatment_is_never_granted(needed):
    asked = application(needs_medical_care=needed, exceptions={Rule.MEDICAL_CARE: LONG})
    with pytest.raises(ExceptionNotAllowed) as refused:
        judge(asked, [SHORT_STAY])
    assert refused.value.code == "no_exception_on_medical_care"


def test_an_exception_on_a_rule_that_is_met_changes_nothing():
    asked = application(exceptions={Rule.WORRY: LONG})
    assert (result(Rule.WORRY, asked).met, result(Rule.WORRY, asked).excepted) == (True, False)


# ---- what cannot be judged


@pytest.mark.parametrize(
    ("asked", "terms", "error", "code"),
    [
        (application(date(2023, 6, 2), date(2023, 6, 1)), [SHORT_STAY], DaysOutOfOrder, "days_out_of_order"),
        (application(date(2023, 6, 1), date(2024, 6, 1)), [SHORT_STAY], TooManyDays, "too_many_days"),
        (application(infants=[InfantFacts(date(9999, 12, 31))]), [SHORT_STAY], DateOutOfRange, "date_out_of_range"),
        (application(infants=[InfantFacts(BORN, date(1, 1, 1))]), [SHORT_STAY], DateOutOfRange, "date_out_of_range"),
        (application(sibling_birth_date=date(1999, 1, 1)), [SHORT_STAY], DateOutOfRange, "date_out_of_range"),
        (application(), [], TermsUnknown, "terms_unknown"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_code(asked, terms, error, code):
    with pytest.raises(error) as refused:
        judge(asked, terms)
    assert refused.value.code == code


def test_a_whole_year_can_be_judged():
    assert judge(application(date(2023, 6, 1), date(2024, 5, 31)), [SHORT_STAY]).usable_until == date(2023, 8, 31)


@pytest.mark.parametrize(
    ("born", "judged"),
    [
        (date(1999, 12, 31), False),
        (date(2000, 1, 1), True),
        (date(2199, 12, 31), True),
        (date(2200, 1, 1), False),
    ],
)
def test_dates_of_two_centuries_are_judged(born, judged):
    asked = application(infants=[InfantFacts(born)])
    if judged:
        assert judge(asked, [SHORT_STAY]).usable_until is not None
        return
    with pytest.raises(DateOutOfRange):
        judge(asked, [SHORT_STAY])


# ---- what changes within a use, and what differs between infants


CHANGE = date(2023, 6, 3)


def changing(**later):
    """The short stay's terms until 2 June 2023, and other ones from 3 June."""
    return [
        replace(SHORT_STAY, offered_until=CHANGE - timedelta(days=1)),
        replace(SHORT_STAY, offered_from=CHANGE, **later),
    ]


def test_a_condition_that_holds_on_one_day_used_holds_for_the_use():
    asked = application(CHANGE - timedelta(days=1), CHANGE, has_used_facility=False)
    terms = changing(requires_facility_use=True)
    assert codes(Rule.SERVICE_OFFERED, asked, terms) == (False, Code.FACILITY_NOT_USED_YET)


def test_the_sibling_must_be_taken_on_every_day_it_comes():
    asked = application(CHANGE - timedelta(days=1), CHANGE, sibling_birth_date=SIBLING_BORN)
    terms = changing(takes_siblings=False)
    assert codes(Rule.SIBLING, asked, terms) == (False, Code.SIBLINGS_NOT_TAKEN)
    before = replace(asked, sibling_days=[CHANGE - timedelta(days=1)])
    assert codes(Rule.SIBLING, before, terms) == (True, Code.SIBLING_MAY_COME)


def test_the_smallest_limit_of_the_days_with_the_sibling_counts():
    asked = application(CHANGE - timedelta(days=1), CHANGE, sibling_birth_date=SIBLING_BORN)
    found = result(Rule.SIBLING, asked, changing(max_sibling_days=1))
    assert (found.code, found.facts) == (Code.TOO_MANY_SIBLING_DAYS, {"days": 2, "limit": 1})


def test_of_infants_of_different_births_the_one_who_ends_first_is_named():
    infants = [InfantFacts(BORN + timedelta(days=10)), InfantFacts(BORN)]
    found = result(Rule.INFANT_AGE, application(infants=infants))
    assert (found.facts["birth_date"], found.facts["usable_until"]) == (BORN, date(2023, 8, 31))


def test_twins_born_around_midnight_may_roll_over_to_the_end_of_their_common_window():
    twins = [InfantFacts(BORN, DUE, 230, rolls_over=True), InfantFacts(BORN + timedelta(days=1), DUE, 230)]
    assert codes(Rule.ROLLING_OVER, application(date(2023, 9, 1), infants=twins)) == (True, Code.MAY_ROLL_OVER)
    assert codes(Rule.ROLLING_OVER, application(date(2023, 9, 2), infants=twins)) == (False, Code.ROLLS_OVER)


def test_a_missing_due_date_is_asked_for_when_it_could_count_for_one_of_twins():
    twins = [InfantFacts(BORN, None, 259), InfantFacts(BORN, None, 259, long_hospital_stay=True)]
    assert codes(Rule.INFANT_AGE, application(date(2023, 9, 1), infants=twins)) == (
        False,
        Code.OVER_AGE_LIMIT_DUE_DATE_MISSING,
    )


@pytest.mark.parametrize(
    ("before", "later", "last"),
    [
        (4, 6, date(2023, 7, 31)),  # raised: the days from the change on go by the new limit
        (4, 4, date(2023, 5, 31)),
        (6, 4, CHANGE - timedelta(days=1)),  # lowered: until the day before, in time by the old one
        (1, 6, date(2023, 7, 31)),  # too old by the old terms, again in time by the new
        (1, 2, date(2023, 2, 28)),
    ],
)
def test_the_last_day_that_is_told_goes_by_each_days_own_age_limit(before, later, last):
    terms = [replace(row, age_limit_months=months) for row, months in zip(changing(), (before, later), strict=True)]
    born = [InfantFacts(date(2023, 2, 1))]
    for asked in (date(2023, 4, 1), date(2023, 6, 10)):
        assert last_usable_day(application(asked, asked, born), terms) == last


@pytest.mark.parametrize("before", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("later", [1, 2, 3, 4, 6])
def test_the_last_day_that_is_told_is_the_last_that_the_rule_allows(before, later):
    terms = [replace(row, age_limit_months=months) for row, months in zip(changing(), (before, later), strict=True)]
    born = [InfantFacts(date(2023, 2, 1))]
    asked = [application(day, day, born) for day in (date(2023, 2, 1) + timedelta(days=n) for n in range(200))]
    allowed = [one.first_day for one in asked if codes(Rule.INFANT_AGE, one, terms)[0]]
    assert last_usable_day(asked[0], terms) == max(allowed)


def test_a_service_that_begins_after_the_age_was_over_has_no_later_last_day():
    terms = [replace(SHORT_STAY, offered_from=CHANGE, age_limit_months=2)]
    assert last_usable_day(application(CHANGE, CHANGE, [InfantFacts(date(2023, 2, 1))]), terms) == date(2023, 3, 31)
