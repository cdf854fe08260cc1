"""How urgent a decision is, and which applications need a person's look (own defaults, docs/rules.md)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrollment.bulk_approvable import Judged, Unclear, reasons_to_review
from enrollment.urgency import Level, Waiting, Why, urgency, working_days_between

TODAY = date(2026, 11, 23)


def days(number):
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("waiting", "level", "reasons"),
    [
        (Waiting(), Level.NORMAL, ()),
        (Waiting(age_limits=[days(31)]), Level.NORMAL, ()),
        (Waiting(age_limits=[days(30)]), Level.RAISED, ((Why.WINDOW_CLOSES, 30),)),
        (Waiting(age_limits=[days(14), days(200)]), Level.HIGH, ((Why.WINDOW_CLOSES, 14),)),
        (Waiting(age_limits=[days(0)]), Level.HIGH, ((Why.WINDOW_CLOSES, 0),)),
        # What is over already cannot be hurried for
        (Waiting(age_limits=[days(-1)]), Level.NORMAL, ()),
        (Waiting(due_date=days(15)), Level.NORMAL, ()),
        (Waiting(due_date=days(14)), Level.RAISED, ((Why.DUE_SOON, 14),)),
        (Waiting(due_date=days(-3)), Level.RAISED, ((Why.DUE_PASSED, 3),)),
        (Waiting(sent_again=True), Level.RAISED, ((Why.SENT_AGAIN, 0),)),
        # What she wrote asks for help: before everything else
        (Waiting(despair=True), Level.AT_ONCE, ((Why.DESPAIR, 0),)),
        (Waiting(despair=True, waited=11), Level.AT_ONCE, ((Why.DESPAIR, 0), (Why.WAITS_LONG, 11))),
        (Waiting(low_mood=True), Level.RAISED, ((Why.LOW_MOOD, 0),)),
        (Waiting(waited=5), Level.NORMAL, ()),
        (Waiting(waited=6), Level.RAISED, ((Why.WAITS_LONG, 6),)),
        (Waiting(waited=11), Level.HIGH, ((Why.WAITS_LONG, 11),)),
        (
            Waiting(age_limits=[days(20)], waited=12),
            Level.HIGH,
            ((Why.WAITS_LONG, 12), (Why.WINDOW_CLOSES, 20)),
        ),
    ],
)
def test_the_weightiest_reason_decides_the_level_and_every_reason_is_named(waiting, level, reasons):
    found = urgency(waiting, TODAY)
    assert (found.level, found.reasons) == (level, reasons)


@pytest.mark.parametrize(
    ("first", "last", "holidays", "count"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), [], 0),
        (date(2026, 11, 20), date(2026, 11, 23), [], 1),  # Friday to Monday
        (date(2026, 11, 20), date(2026, 11, 24), [date(2026, 11, 23)], 1),  # 勤労感謝の日
        (date(2026, 12, 28), date(2027, 1, 4), [], 1),  # offices closed from 29 December to 3 January
        (date(2026, 11, 24), date(2026, 11, 20), [], 0),
    ],
)
def test_working_days_leave_out_weekends_holidays_and_the_turn_of_the_year(first, last, holidays, count):
    assert working_days_between(first, last, holidays) == count


PLAIN = Judged(eligible=True)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"eligible": False}, Unclear.NOT_ELIGIBLE),
        ({"excepted": True}, Unclear.EXCEPTION),
        ({"duplicates": True}, Unclear.DUPLICATE),
        ({"protected": True}, Unclear.PROTECTED),
        ({"reduced_fee": True}, Unclear.PAPERS),
        ({"health_told": True}, Unclear.HEALTH),
        ({"sent_again": True}, Unclear.SENT_AGAIN),
    ],
)
def test_whatever_a_person_must_look_at_keeps_an_application_out_of_the_bulk(change, reason):
    assert reasons_to_review(PLAIN) == ()
    assert reasons_to_review(replace(PLAIN, **change)) == (reason,)
