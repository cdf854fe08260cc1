"""A place is never given twice: 50 processes want the last slots of one week.

What came out is counted by SQL of this file's own, against the slots that the test itself set: it shares no code
with the operations nor with the database's ``facilities_slots_on``. The controls take the lock and the guard out:
without both the same race must overbook, or it would prove nothing; each alone must hold.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingDay
from facilities.models import Capacity, Closure, DayOverride, PublicHoliday, ServiceKind
from tests import builders
from tests.invariants.race_jobs import DONE
from tests.invariants.race_ward import MONDAY, WEEK, Ward, booked_on, days_of_successes, guards_out, over_capacity
from tests.invariants.racers import Starter

PROCESSES = 50
BROKEN_RULE = "booking_day_within_slots"


# ---- The race -------------------------------------------------------------------------------------------------------


def test_of_50_families_who_want_the_same_week_exactly_as_many_succeed_as_fit(starter: Starter) -> None:
    ward = Ward(slots=15)
    for _ in range(12):
        ward.booked(WEEK)
    jobs = [ward.wants(WEEK) for _ in range(PROCESSES)]

    ends = starter.race(jobs)

    assert Counter(ends) == {DONE: 3, "day_full": 47}
    assert booked_on(ward.pool) == ward.slots


def test_bookings_cancellations_and_cuts_at_once_leave_every_place_given_once_and_none_empty(starter: Starter) -> None:
    ward = Ward(slots=9)
    standing = [ward.booked(WEEK) for _ in range(7)]
    before = booked_on(ward.pool)
    bookings = [ward.wants(WEEK[number % 7 : number % 7 + 1 + number // 7]) for number in range(38)]
    given_back = [ward.gives_back(booking) for booking in (*standing[:4], standing[0])]
    cuts = [
        ward.cut("override", WEEK[1], 8),
        ward.cut("override", WEEK[3], 2),  # fewer than stand: never to be had
        ward.cut("capacity", WEEK[5], 7),
        ward.cut("closure", WEEK[6]),
        ward.cut("closure", WEEK[6] + timedelta(days=1)),
        ward.cut("override", WEEK[0], 6),
        ward.cut("override", WEEK[4], 5),
    ]
    # Interleaved: whoever starts first starts with everything.
    jobs = sorted([*bookings, *given_back, *cuts], key=lambda job: hash((job["do"], str(job))) % 97)

    ends = starter.race(jobs)

    said = dict(zip(map(id, jobs), ends, strict=True))
    assert not [end for end in ends if end.startswith("broke")]
    assert {said[id(job)] for job in bookings} <= {DONE, "day_full", "day_closed"}
    assert sorted(said[id(job)] for job in given_back) == ["already_cancelled", *[DONE] * 4]
    assert {said[id(job)] for job in cuts} <= {DONE, BROKEN_RULE}
    assert said[id(cuts[1])] == said[id(cuts[3])] == BROKEN_RULE
    for cut in cuts:
        if said[id(cut)] == DONE:
            ward.after_cut(cut)
    assert over_capacity(ward.pool, ward.slots) == {}
    successes = days_of_successes(jobs, ends)
    assert booked_on(ward.pool) == {day: before[day] - 4 + successes[day] for day in WEEK}

    # The cancellations are through: who was refused tries again, and is refused only where no place is left.
    again = [job for job in bookings if said[id(job)] != DONE]
    ends = starter.race(again)

    assert set(ends) <= {DONE, "day_full"}
    booked = booked_on(ward.pool)
    assert over_capacity(ward.pool, ward.slots) == {}
    assert all(
        any(booked[day] == ward.slots[day] for day in job["days"])
        for job, end in zip(again, ends, strict=True)
        if end != DONE
    )


# ---- The controls ---------------------------------------------------------------------------------------------------


class LastPlaces:
    """50 families who want five days in the week's one pool, of whose three places two are given."""

    def __init__(self, starter: Starter) -> None:
        self.starter = starter
        self.ward = Ward(slots=3)
        for _ in range(2):
            self.ward.booked(WEEK)
        self.jobs = [self.ward.wants(WEEK[number % 3 : number % 3 + 5]) for number in range(PROCESSES)]

    def race(self, *, locks: bool) -> dict[date, int]:
        """Race, take back what was given, and return the days that were given more often than there were places."""
        ends = self.starter.race(self.jobs, locks=locks)
        assert set(ends) <= {DONE, "day_full"}
        successes = days_of_successes(self.jobs, ends)
        assert successes
        assert booked_on(self.ward.pool) == {day: 2 + successes[day] for day in WEEK}
        over = over_capacity(self.ward.pool, self.ward.slots)
        won = [job["registration"] for job, end in zip(self.jobs, ends, strict=True) if end == DONE]
        BookingDay.objects.filter(booking__registration__in=won).update(status="released")
        return over


def test_control_without_lock_and_guard_the_same_race_overbooks(starter: Starter) -> None:
    race = LastPlaces(starter)
    with guards_out():
        assert any(race.race(locks=False) for _ in range(10))


def test_the_guard_alone_holds(starter: Starter) -> None:
    race = LastPlaces(starter)
    assert race.race(locks=False) == {}


def test_the_lock_alone_holds(starter: Starter) -> None:
    race = LastPlaces(starter)
    with guards_out():
        assert race.race(locks=True) == {}


# ---- The family's own limits under the same race --------------------------------------------------------------------


def test_seven_days_a_birth_hold_when_one_family_asks_for_two_facilities_at_once(starter: Starter) -> None:
    ward = Ward(slots=20)
    mamas_room = builders.pool(20, builders.facility("mamas-room", "ママズルーム"))
    day_care = builders.service(ServiceKind.DAY_CARE, mamas_room)
    registration = builders.registration()
    days = [MONDAY + timedelta(days=2 * number) for number in range(20)]
    jobs = [ward.wants([day], registration, at=day_care if day.day % 2 else None) for day in days]

    ends = starter.race(jobs)

    assert Counter(ends) == {DONE: 7, "too_many_days": 13}
    assert BookingDay.objects.count() == 7


def test_one_family_gets_a_day_once_however_often_it_asks_at_once(starter: Starter) -> None:
    ward = Ward(slots=20)
    registration = builders.registration()

    ends = starter.race([ward.wants([MONDAY], registration) for _ in range(20)])

    assert Counter(ends) == {DONE: 1, "day_taken": 19}


def test_one_request_sent_20_times_at_once_is_one_booking_and_one_answer(starter: Starter) -> None:
    ward = Ward(slots=20)
    mother = builders.user(Role.MOTHER)
    today = timezone.localdate()
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=30))
    body = {
        "registration": registration.pk,
        "service": ward.service.slug,
        "days": [today + timedelta(days=number) for number in (3, 4)],
    }
    job = {"do": "post", "path": "/api/v1/bookings/", "user": mother.pk, "key": "a tired mother's thumb", "body": body}

    ends = starter.race([job] * 20)

    assert ends == [f"201 {Booking.objects.get().number}"] * 20
    assert BookingDay.objects.count() == 2


# ---- Whoever writes: the database refuses on its own ----------------------------------------------------------------


def insert_day(ward: Ward, day: date, status: str = "held") -> None:
    booking = Booking.objects.create(
        registration=builders.registration(), service=ward.service, booked_at=builders.at(builders.A_DAY)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookings_bookingday (booking_id, day, status, with_sibling) VALUES (%s, %s, %s, false)",
            [booking.pk, day, status],
        )


@pytest.mark.parametrize(
    ("what", "write"),
    [
        ("a day inserted by SQL", lambda ward: insert_day(ward, MONDAY)),
        ("a released day held again", lambda ward: BookingDay.objects.filter(status="released").update(status="held")),
        (
            "a day moved to a full one",
            lambda ward: BookingDay.objects.filter(status="held", day=WEEK[1]).update(day=MONDAY),
        ),
        ("capacity cut", lambda ward: Capacity.objects.update(slots=1)),
        ("capacity taken away", lambda ward: Capacity.objects.all().delete()),
        ("weekday taken away", lambda ward: ward.pool.weeklypatterns.update(weekdays=[1, 2, 3, 4, 5, 6])),
        (
            "closure",
            lambda ward: Closure.objects.create(pool=ward.pool, period=(MONDAY, WEEK[1]), reason="臨時休業"),
        ),
        (
            "closure that repeats from years ago",
            lambda ward: Closure.objects.create(
                pool=ward.pool, period=(date(2019, 5, 15), date(2019, 5, 16)), reason="毎年", repeats_yearly=True
            ),
        ),
        ("override", lambda ward: DayOverride.objects.create(pool=ward.pool, day=MONDAY, slots=1, reason="不足")),
        ("public holiday", lambda ward: PublicHoliday.objects.create(day=MONDAY, name="臨時の祝日")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_what_would_take_a_family_her_place(what: str, write: Any) -> None:
    ward = Ward(slots=2)
    ward.pool.weeklypatterns.update(keeps_public_holidays=True)
    for _ in range(2):
        ward.booked([MONDAY])
    ward.booked([WEEK[1]])
    insert_day(ward, MONDAY, status="released")

    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        write(ward)

    assert refused.value.__cause__.diag.constraint_name == BROKEN_RULE
    assert booked_on(ward.pool) == {MONDAY: 2, WEEK[1]: 1}


@pytest.mark.django_db(transaction=True)
def test_the_database_lets_staff_cut_down_to_what_is_booked() -> None:
    ward = Ward(slots=5)
    for _ in range(2):
        ward.booked([MONDAY])
    DayOverride.objects.create(pool=ward.pool, day=MONDAY, slots=2, reason="助産師の不足")
    Closure.objects.create(pool=ward.pool, period=(WEEK[1], WEEK[6]), reason="改修")
    assert booked_on(ward.pool) == {MONDAY: 2}
