"""Words by the clock: before a stay, before the last day to give back, after it, for a fee that is open; each once."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from billing.models import Charge, ChargeLine
from billing.unpaid import remind_of_unpaid
from bookings.models import AllocationPolicy, Booking, BookingState, ReminderPolicy, Stay
from bookings.places.cancel import cancel_booking
from bookings.reminders.due import due_after, due_before, is_give_back_due
from bookings.reminders.remind import remind_families
from sankecare import outbox
from sankecare.periods import period
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days

A_DAY = date(2023, 5, 15)


def before(number: int) -> date:
    return A_DAY - timedelta(days=number)


@pytest.mark.parametrize(
    ("known", "today", "due"),
    [
        (20, 8, None),
        (20, 7, 7),
        (20, 5, 7),  # the worker was away
        (20, 1, 1),
        (20, 0, None),
        (7, 7, None),  # booked on that day
        (7, 1, 1),
        (1, 1, None),
    ],
)
def test_before_a_first_day(known: int, today: int, due: int | None) -> None:
    assert due_before(A_DAY, before(known), before(today), [7, 1]) == due


def test_before_the_last_day_to_give_back_and_after_a_fee() -> None:
    found = [is_give_back_due(A_DAY, before(9), before(number), 1) for number in (2, 1, 0, -1)]
    assert found == [False, True, True, False]
    assert not is_give_back_due(A_DAY, before(1), before(0), 1)
    assert [due_after(before(number), A_DAY, [14, 30]) for number in (13, 14, 29, 31)] == [None, 14, 14, 30]


@pytest.fixture
def policy(db: None) -> ReminderPolicy:
    return ReminderPolicy.objects.create(
        period=period(date(2018, 4, 1), None),
        stay_days_before=[7, 1],
        give_back_days_before=1,
        unpaid_days=[14],
        after_stay_hours=2,
        earliest=time(9),
        latest=time(20),
    )


def booked(ward: Ward, *numbers: int) -> Booking:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    booking = ward.reserve(builders.registration(builders.family(account=mother)), *numbers)
    outbox.take_all(at=ASKED_AT)
    mail.outbox.clear()
    return booking


def on(day: date, hour: int = 10) -> list[Any]:
    """Run the reminders of an hour of a day, twice, and send what they write; return the mails of it."""
    already = len(mail.outbox)
    for _twice in range(2):
        remind_families(at=builders.at(day, hour))
        remind_of_unpaid(at=builders.at(day, hour))
        outbox.take_all(at=builders.at(day, hour))
    return mail.outbox[already:]


def test_each_part_of_a_booking_is_reminded_of_once_and_at_no_hour_of_the_night(
    ward: Ward, policy: ReminderPolicy
) -> None:
    booking = booked(ward, 8, 9, 12)
    assert on(days(7)[0], hour=3) == []
    told = {day: [one.subject for one in on(day)] for day in days(*range(1, 12))}
    found = {(day - days(1)[0]).days + 1: len(subjects) for day, subjects in told.items() if subjects}
    assert found == {1: 1, 5: 1, 7: 1, 11: 1}
    assert "明日はご利用の日です" in told[days(7)[0]][0]
    assert "ご利用の日が近づいています" in told[days(1)[0]][0]
    whole = " ".join(f"{one.subject}{one.body}" for one in mail.outbox)
    assert f"/my/bookings/{booking.pk}/" in whole
    assert not [word for word in ("髙﨑", "𠮷", "センター", "yoshiko") if word in whole]


def test_nobody_is_reminded_of_a_day_that_was_given_back(ward: Ward, policy: ReminderPolicy) -> None:
    booking = booked(ward, 8)
    with transaction.atomic():
        remind_families(at=builders.at(days(1)[0]))
        cancel_booking(booking=booking, by=ward.staff, at=builders.at(days(1)[0]))
    assert [one.subject for one in on(days(1)[0]) if "近づいて" in one.subject] == []
    assert on(days(7)[0]) == []


def test_the_mail_before_the_last_day_leads_to_the_touch_that_gives_the_place_to_the_next(ward: Ward) -> None:
    AllocationPolicy.objects.create(
        service=ward.stay, period=(builders.LONG_AGO, None), method="first_come", gives_back_days_before=2
    )
    ReminderPolicy.objects.create(
        period=(builders.LONG_AGO, None), give_back_days_before=1, earliest=time(9), latest=time(20)
    )
    booking = booked(ward, 8)
    assert on(days(4)[0]) == []
    (told,) = on(days(5)[0])
    assert "キャンセルできる期限が近づいています" in told.subject
    assert reverse("family:cancel", args=[booking.pk]) in told.body
    assert on(days(6)[0]) == on(days(7)[0]) == []


def test_she_is_written_to_after_a_stay_and_of_a_fee_that_stays_open(ward: Ward, policy: ReminderPolicy) -> None:
    booking, left = booked(ward, 1), builders.at(days(1)[0], 12)
    Stay.objects.create(booking=booking, arrived_at=left - timedelta(hours=2), departed_at=left)
    Stay.objects.filter(booking=booking).update(departure_recorded_at=left)
    for state in (BookingState.ARRIVED, BookingState.DEPARTED):
        Booking.objects.filter(pk=booking.pk).update(state=state)
    charge = Charge.objects.create(booking=booking, issued_at=left, total=4500, snapshot={}, issued_by=ward.staff)
    whole = {"quantity": 1, "unit_amount": 4500, "amount": 4500}
    ChargeLine.objects.create(charge=charge, day=days(1)[0], component="base", **whole)
    assert on(days(1)[0], hour=13) == []
    (told,) = on(days(1)[0], hour=15)
    assert "ご利用ありがとうございました" in told.subject
    assert reverse("takehome:page", args=[booking.pk]) in told.body
    assert on(days(2)[0]) == on(days(14)[0]) == []
    (told,) = on(days(15)[0])
    assert "お支払いがまだの料金があります" in told.subject
    assert str(charge.total) not in told.body
    assert on(days(20)[0]) == []


def test_without_a_policy_nobody_is_reminded(ward: Ward) -> None:
    booked(ward, 8)
    assert on(days(7)[0]) == []
