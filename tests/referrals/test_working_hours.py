"""By when a referral must be received: four working hours of the ward (own default)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.models import ReferralPolicy
from referrals.queries import deadlines
from referrals.working_hours import OfficeHours, after_working_time, opens_next, working_time_between
from tests.builders import TOKYO

# 3 and 4 May 2023 are public holidays, so is the 5th; 1 and 2 May are not.
GOLDEN_WEEK = frozenset({date(2023, 5, 3), date(2023, 5, 4), date(2023, 5, 5)})
WARD = OfficeHours(opens=time(8, 30), closes=time(17, 15), closed=GOLDEN_WEEK)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("raised", "due", "why"),
    [
        ("2023-05-10 10:00", "2023-05-10 14:00", "within a working day"),
        ("2023-05-10 13:15", "2023-05-10 17:15", "ends as the offices close"),
        ("2023-05-10 13:16", "2023-05-11 08:31", "one minute is left for the next morning"),
        ("2023-05-10 16:15", "2023-05-11 11:30", "one hour today, three tomorrow"),
        ("2023-05-10 06:00", "2023-05-10 12:30", "before the offices open"),
        ("2023-05-10 08:30", "2023-05-10 12:30", "as they open"),
        ("2023-05-10 17:15", "2023-05-11 12:30", "as they close"),
        ("2023-05-10 23:59:59", "2023-05-11 12:30", "just before midnight"),
        ("2023-05-11 00:00", "2023-05-11 12:30", "at midnight"),
        ("2023-05-12 16:15", "2023-05-15 11:30", "Friday, over the weekend"),
        ("2023-05-13 12:00", "2023-05-15 12:30", "on a Saturday"),
        ("2023-05-14 23:59", "2023-05-15 12:30", "on a Sunday night"),
        ("2023-05-02 16:15", "2023-05-08 11:30", "over three public holidays and the weekend"),
        ("2023-05-03 10:00", "2023-05-08 12:30", "on a public holiday"),
        ("2022-12-28 16:15", "2023-01-04 11:30", "the offices rest from 29 December to 3 January"),
        ("2022-12-31 23:59:59", "2023-01-04 12:30", "over the turn of the year"),
        ("2024-02-28 16:15", "2024-02-29 11:30", "29 February is a working day"),
        ("2023-03-31 16:15", "2023-04-03 11:30", "over the end of the fiscal year, a weekend"),
    ],
)
def test_four_working_hours_leave_out_nights_weekends_and_holidays(raised, due, why):
    assert after_working_time(moment(raised), timedelta(hours=4), WARD) == moment(due), why


@given(
    st.datetimes(datetime.fromisoformat("2023-01-05"), datetime.fromisoformat("2023-11-30")),
    st.integers(min_value=1, max_value=40 * 60),
)
def test_the_minutes_between_are_the_minutes_asked_for(start, minutes):
    """Counted minute by minute, by another way."""
    start = start.replace(second=0, microsecond=0, tzinfo=TOKYO)
    due = after_working_time(start, timedelta(minutes=minutes), WARD)
    counted, at = 0, start
    while at < due:
        if WARD.works_on(at.date()) and WARD.opens <= at.time() < WARD.closes:
            counted += 1
            at += timedelta(minutes=1)
        elif WARD.works_on(at.date()) and at.time() < WARD.opens:
            at = datetime.combine(at.date(), WARD.opens, tzinfo=TOKYO)
        else:
            at = datetime.combine(at.date() + timedelta(days=1), time(), tzinfo=TOKYO)
    assert counted == minutes


def test_offices_that_never_work_are_an_error_not_an_endless_search():
    every_day = frozenset(date(2023, 1, 1) + timedelta(days=day) for day in range(800))
    with pytest.raises(ValueError, match="over a year"):
        after_working_time(
            moment("2023-05-10 10:00"), timedelta(hours=4), OfficeHours(time(8, 30), time(17, 15), every_day)
        )
    with pytest.raises(ValueError, match="over a year"):
        opens_next(moment("2023-05-10 10:00"), OfficeHours(time(8, 30), time(17, 15), every_day))


@pytest.mark.django_db
def test_a_dated_policy_row_sets_the_hours_and_none_means_the_default():
    raised = moment("2023-05-10 10:00")
    assert deadlines(raised) == (moment("2023-05-10 14:00"), moment("2023-05-11 10:00"))
    ReferralPolicy.objects.create(period=(date(2023, 5, 10), None), acknowledge_hours=2, closes=time(17, 0))
    assert deadlines(raised) == (moment("2023-05-10 12:00"), moment("2023-05-11 10:00"))
    assert deadlines(moment("2023-05-09 10:00"))[0] == moment("2023-05-09 14:00")


@pytest.mark.django_db
def test_the_servers_zone_does_not_matter():
    raised = moment("2023-05-10 16:15")
    for zone in ("UTC", "America/New_York"):
        assert deadlines(raised.astimezone(ZoneInfo(zone)))[0] == moment("2023-05-11 11:30")


@pytest.mark.parametrize(
    ("start", "end", "spent"),
    [
        # The example of the docstring: Friday 16:15 to Monday 9:30.
        ("2023-05-12 16:15", "2023-05-15 09:30", timedelta(hours=2)),
        ("2023-05-10 09:00", "2023-05-10 11:30", timedelta(hours=2.5)),
        ("2023-05-10 06:00", "2023-05-10 23:00", timedelta(hours=8.75)),
        # A weekend, a night, the turn of the year: none.
        ("2023-05-13 09:00", "2023-05-14 18:00", timedelta()),
        ("2023-05-10 18:00", "2023-05-11 08:00", timedelta()),
        ("2023-12-29 09:00", "2024-01-03 17:00", timedelta()),
        ("2023-05-10 11:00", "2023-05-10 09:00", timedelta()),
    ],
)
def test_working_time_between_two_moments(start, end, spent):
    assert working_time_between(moment(start), moment(end), WARD) == spent


@given(
    start=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: moment("2023-01-01") + timedelta(minutes=minutes)),
    amount=st.integers(1, 80 * 60).map(lambda number: timedelta(minutes=number)),
)
def test_after_some_working_time_so_much_of_it_has_passed(start, amount):
    assert working_time_between(start, after_working_time(start, amount, WARD), WARD) == amount
