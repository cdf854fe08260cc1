"""How many days a family may use (docs/domain.md "Who may use it", Days)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.places.limits import (
    BookedDay,
    CountedAs,
    LimitCode,
    Limits,
    Violation,
    check_days,
    days_left,
    earliest_day,
    is_not_open_yet,
    is_too_late,
    to_be_asked_until,
)

SEVEN = Limits(days_per_birth=7, consecutive_days=7)
MAY = date(2023, 5, 1)


def days(*numbers):
    return [MAY + timedelta(days=number - 1) for number in numbers]


def moment(day, hour, minute):
    """Local time, as the rules take it."""
    return datetime.combine(days(day)[0], time(hour, minute))


def check(requested, before, limits, **more):
    """The same limits on every day."""
    return check_days(requested, before, dict.fromkeys(requested, limits), **more)


def noon(day):
    return datetime.combine(day, time(12))


def booked(*numbers, **facts):
    return [BookedDay(day, **facts) for day in days(*numbers)]


@pytest.mark.parametrize(
    ("requested", "before", "codes", "source"),
    [
        (range(1, 8), (), [], "SEED: 6泊7日"),
        (range(1, 9), (), ["too_many_days", "too_many_consecutive_days"], "SEED: at most 7"),
        ((1, 3, 5, 7, 9, 11, 13), (), [], "SEED: may be split"),
        ((1, 3, 5, 7, 9, 11, 13, 15), (), ["too_many_days"], "SEED: at most 7, split or not"),
        ((20,), (1, 2, 3, 4, 5, 6), [], "SEED: the seventh"),
        ((20,), (1, 2, 3, 4, 5, 6, 7), ["too_many_days"], "SEED: the eighth"),
        ((20, 21), (1, 2, 3, 4, 5, 6), ["too_many_days"], "SEED: 6 + 2"),
        ((3,), (3,), ["day_taken"], "one family, one slot a day"),
        ((3, 4), (4, 5), ["day_taken"], "one family, one slot a day"),
        ((3, 3), (), ["day_twice"], "one family, one slot a day"),
        ((), (), ["no_days"], "nothing asked for"),
    ],
)
def test_a_birth_gives_seven_days_that_may_be_split(requested, before, codes, source):
    found = check(days(*requested), booked(*before), SEVEN)
    assert [violation.code for violation in found] == codes, source


THREE_IN_A_ROW = Limits(days_per_birth=None, consecutive_days=3)


@pytest.mark.parametrize(
    ("requested", "before", "run"),
    [
        ((1, 2, 3), (), None),
        ((1, 2, 3, 4), (), (4, 1, 4)),
        ((3, 4), (1, 2), (4, 1, 4)),  # across adjacent bookings
        ((3,), (1, 2, 4, 5), (5, 1, 5)),  # a day that joins two bookings
        ((4, 5), (1, 2), None),
        ((20,), (1, 2, 3, 4), None),  # what is already booked is not judged again
    ],
)
def test_consecutive_days_count_across_adjacent_bookings(requested, before, run):
    found = check(days(*requested), booked(*before), THREE_IN_A_ROW)
    if run is None:
        assert found == []
    else:
        length, first, last = run
        facts = {"limit": 3, "days": length, "first_day": days(first)[0], "last_day": days(last)[0]}
        assert found == [Violation(LimitCode.TOO_MANY_CONSECUTIVE_DAYS, facts)]


def test_the_facts_name_the_limit_and_what_was_counted():
    assert check(days(20, 22), booked(1, 2, 3, 4, 5, 6), SEVEN) == [
        Violation(LimitCode.TOO_MANY_DAYS, {"limit": 7, "left": 1, "requested": 2, "over": 1})
    ]
    assert check(days(3), booked(3), SEVEN) == [Violation(LimitCode.DAY_TAKEN, {"day": days(3)[0]})]


def test_outreach_is_counted_apart_but_not_on_the_same_day():
    outreach = booked(1, 2, 3, 4, 5, 6, 7, counted_as=CountedAs.OUTREACH)
    assert check(days(8), outreach, SEVEN) == []
    assert check(days(8), outreach, SEVEN, counted_as=CountedAs.OUTREACH)
    assert [found.code for found in check(days(7), outreach, SEVEN)] == ["day_taken"]


def test_another_births_days_are_not_counted_but_the_day_is_taken():
    earlier = booked(1, 2, 3, 4, 5, 6, 7, same_birth=False)
    assert check(days(8), earlier, SEVEN) == []
    assert [found.code for found in check(days(7), earlier, SEVEN)] == ["day_taken"]


def test_without_limits_only_the_one_a_day_rule_holds():
    assert check(days(*range(1, 31)), booked(31), Limits(None, None)) == []


@pytest.mark.parametrize(("first", "ok"), [(11, True), (10, False), (12, True)])
def test_a_period_of_notice_is_kept_where_one_is_set(first, ok):
    limits = Limits(None, None, notice_days=3)
    found = check(days(first, 20), [], limits, asked_at=noon(days(8)[0]))
    until = datetime.combine(days(7)[0], time.max)
    facts = {"first_day": days(first)[0], "until": until, "earliest_day": days(11)[0]}
    assert found == ([] if ok else [Violation(LimitCode.TOO_SHORT_NOTICE, facts)])


@pytest.mark.parametrize(("last", "ok"), [(11, True), (12, False)])
def test_a_day_is_booked_from_its_opening_on(last, ok):
    limits = Limits(None, None, opens_days_before=3)
    found = check(days(9, last), [], limits, asked_at=noon(days(8)[0]))
    facts = {"limit": 3, "last_day": days(last)[0], "latest_day": days(11)[0], "opens_on": days(last - 3)[0]}
    assert found == ([] if ok else [Violation(LimitCode.NOT_OPEN_YET, facts)])


def test_a_period_of_notice_cannot_be_judged_without_the_moment_of_asking():
    with pytest.raises(ValueError, match="moment of asking"):
        check(days(1), [], Limits(None, None, notice_days=3))


def test_an_opening_cannot_be_judged_without_the_moment_of_asking():
    with pytest.raises(ValueError, match="moment of asking"):
        check(days(1), [], Limits(None, None, opens_days_before=30))


@pytest.mark.parametrize(("most", "before", "left"), [(None, (1, 2), None), (7, (1, 2), 5), (1, (1, 2), 0)])
def test_how_many_days_are_left_is_never_below_none(most, before, left):
    assert days_left(booked(*before), Limits(most, None)) == left


def test_the_first_and_the_last_day_that_can_be_asked_for():
    bounded = Limits(None, None, notice_days=3, opens_days_before=30)
    assert earliest_day(bounded, noon(MAY)) == date(2023, 5, 4)
    assert not is_not_open_yet(date(2023, 5, 31), bounded, noon(MAY))
    assert is_not_open_yet(date(2023, 6, 1), bounded, noon(MAY))
    assert earliest_day(SEVEN, noon(MAY)) == MAY
    assert not is_not_open_yet(date.max, SEVEN, noon(MAY))


# DEFAULT of Setagaya's policies: 17 hours before care begins at 10, so until 17:00 of the day before.
BY_HOURS = Limits(None, None, notice_hours=17, starts_at=time(10))


@pytest.mark.parametrize(
    ("asked_at", "earliest"),
    [
        (moment(1, 17, 0), date(2023, 5, 2)),
        (moment(1, 17, 1), date(2023, 5, 3)),
        (moment(1, 22, 50), date(2023, 5, 3)),
        (moment(1, 23, 50), date(2023, 5, 3)),
        (moment(2, 0, 0), date(2023, 5, 3)),
    ],
)
def test_hours_of_notice_end_at_a_moment_and_not_at_midnight(asked_at, earliest):
    assert earliest_day(BY_HOURS, asked_at) == earliest
    assert to_be_asked_until(earliest, BY_HOURS) >= asked_at
    late = check([earliest - timedelta(days=1)], [], BY_HOURS, asked_at=asked_at)
    assert [row.code for row in late] == ["too_short_notice"]
    assert check([earliest], [], BY_HOURS, asked_at=asked_at) == []


def test_of_days_and_hours_of_notice_the_longer_counts():
    both = Limits(None, None, notice_days=1, notice_hours=2, starts_at=time(10))
    assert is_too_late(date(2023, 5, 2), both, moment(2, 0, 0))
    assert not is_too_late(date(2023, 5, 2), both, moment(1, 23, 59))
    hours = Limits(None, None, notice_days=1, notice_hours=48, starts_at=time(10))
    assert is_too_late(date(2023, 5, 3), hours, moment(1, 10, 1))
    assert not is_too_late(date(2023, 5, 3), hours, moment(1, 10, 0))


NUMBERS = st.sets(st.integers(1, 40), max_size=12)


@given(NUMBERS, NUMBERS, st.integers(1, 10), st.integers(1, 8))
def test_what_is_allowed_keeps_every_limit_by_a_second_count(requested, before, most, in_a_row):
    before -= requested
    found = check(days(*requested), booked(*before), Limits(most, in_a_row))
    together = requested | before
    longest = max(
        (
            n
            for start in requested
            for n in range(1, 41)
            for first in range(start - n + 1, start + 1)
            if all(day in together for day in range(first, first + n))
        ),
        default=0,
    )
    allowed = bool(requested) and len(together) <= most and longest <= in_a_row
    assert (found == []) is allowed


@given(st.sets(st.integers(1, 40), min_size=2, max_size=12), NUMBERS)
def test_a_day_fewer_is_allowed_where_the_days_are(requested, before):
    if check(days(*requested), booked(*before), SEVEN) == []:
        assert check(days(*sorted(requested)[1:]), booked(*before), SEVEN) == []


@pytest.mark.parametrize(
    "limits", [replace(SEVEN, notice_days=7), replace(SEVEN, notice_hours=48, starts_at=time(10))]
)
def test_the_first_days_that_a_calendar_has_can_never_be_asked_for_in_time(limits):
    assert to_be_asked_until(date.min, limits) == datetime.combine(date.min, time.min)


# ---- Each day by its own rules

FIVE, THREE = Limits(5, 7), Limits(3, 7)


@pytest.mark.parametrize(
    ("requested", "before", "limits", "found"),
    [
        # limit 7 until the 3rd, 5 from the 4th on: each day asks its own
        ((3,), (21, 22, 23, 24, 25, 26), {3: SEVEN}, None),
        ((4,), (21, 22, 23, 24, 25), {4: FIVE}, 5),
        ((3, 4), (21, 22, 23), {3: SEVEN, 4: FIVE}, None),
        ((3, 4), (21, 22, 23, 24), {3: SEVEN, 4: FIVE}, 5),
        # and where it was raised, days used before do not stand in the way
        ((4,), (1, 2, 3), {4: FIVE}, None),
        ((3,), (4, 5, 6), {3: THREE}, 3),
    ],
)
def test_each_day_is_counted_by_the_limit_in_force_on_it(requested, before, limits, found):
    of_day = {days(number)[0]: known for number, known in limits.items()}
    violations = check_days(days(*requested), booked(*before), of_day)
    assert [row.facts["limit"] for row in violations] == ([] if found is None else [found])


def test_a_run_of_days_is_as_long_as_the_strictest_day_in_it_allows():
    loose, strict = Limits(None, 4), Limits(None, 2)
    three = days(1, 2, 3)
    assert check_days(three, [], dict.fromkeys(three, loose)) == []
    (found,) = check_days(three, [], dict.fromkeys(three, loose) | {three[2]: strict})
    assert (found.code, found.facts["limit"]) == (LimitCode.TOO_MANY_CONSECUTIVE_DAYS, 2)
    assert check_days(days(1, 2, 4), [], dict.fromkeys(days(1, 2, 4), strict)) == []


def test_notice_and_opening_are_those_of_each_day_alone():
    """Seven days of notice from the 4th on, thirty days ahead until then: asked on the 1st at noon."""
    before, after = Limits(None, None, opens_days_before=1), Limits(None, None, notice_days=7)
    asked = {"asked_at": noon(days(1)[0])}
    limits = dict.fromkeys(days(1, 2, 3), before) | dict.fromkeys(days(4, 7, 8), after)
    assert [row.code for row in check_days(days(2, 8), [], limits, **asked)] == []
    (late,) = check_days(days(2, 4, 8), [], limits, **asked)
    assert (late.code, late.facts["first_day"], late.facts["earliest_day"]) == ("too_short_notice", *days(4, 8))
    (early,) = check_days(days(3, 8), [], limits, **asked)
    assert (early.code, early.facts["last_day"]) == ("not_open_yet", days(3)[0])
    # of days that the family has already neither is asked again
    assert check_days(days(3, 4), [], limits, notice_for=days(8), opening_for=(), **asked) == []


policies = st.builds(
    Limits,
    st.none(),
    st.none(),
    notice_days=st.none() | st.integers(0, 9),
    opens_days_before=st.none() | st.integers(0, 30),
    notice_hours=st.none() | st.integers(0, 72),
    starts_at=st.sampled_from([time(0), time(10)]),
)


@given(
    st.dictionaries(st.integers(1, 28), policies, min_size=1, max_size=8),
    st.integers(-11 * 24, 28 * 24),
)
def test_days_together_can_be_asked_for_exactly_when_each_of_them_can(known, hour):
    asked_at = noon(MAY) + timedelta(hours=hour)
    limits = {days(number)[0]: found for number, found in known.items()}
    alone = all(check_days([day], [], limits, asked_at=asked_at) == [] for day in limits)
    assert (check_days(list(limits), [], limits, asked_at=asked_at) == []) == alone
