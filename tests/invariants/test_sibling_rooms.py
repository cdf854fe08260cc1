"""The rooms that take a sibling are places within the places: given once as well, whoever writes."""

from collections import Counter
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from bookings.models import Booking, BookingDay
from facilities.models import ServiceKind, ServiceTermsRow
from tests import builders
from tests.invariants.race_jobs import DONE
from tests.invariants.race_ward import MONDAY, SIBLING_GUARDS, WEEK, Ward, guards_out
from tests.invariants.racers import Job, Starter

PROCESSES = 24
ROOMS = 2
BROKEN_RULE = "booking_day_within_sibling_rooms"


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    """Fifteen slots a day, two of them in rooms that take a sibling; one of these is given all week."""
    made = Ward(slots=15)
    made.service.terms.update(sibling_rooms=ROOMS)
    booking = made.booked(WEEK)
    booking.days.update(with_sibling=True)
    return made


def with_siblings(ward: Ward, count: int) -> list[Job]:
    jobs = []
    for number in range(count):
        family = builders.family()
        job = ward.wants(WEEK[number % 3 : number % 3 + 2], builders.registration(family))
        jobs.append({**job, "sibling": builders.sibling(family).pk})
    return jobs


def most_siblings_on_a_day() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(siblings) FROM (SELECT count(*) AS siblings FROM bookings_bookingday"
            " WHERE with_sibling AND status IN ('held', 'used') GROUP BY day) AS days"
        )
        return int(cursor.fetchone()[0])


def race(
    starter: Starter,
    ward: Ward,
    *,
    locks: bool = True,
    may_end: frozenset[str] = frozenset({DONE, "sibling_rooms_full"}),
) -> int:
    """Let families with siblings race, take back what was given, and return the most siblings that a day had."""
    jobs = with_siblings(ward, PROCESSES)
    ends = starter.race(jobs, locks=locks)
    assert set(ends) <= may_end
    most = most_siblings_on_a_day()
    won = [job["registration"] for job, end in zip(jobs, ends, strict=True) if end == DONE]
    BookingDay.objects.filter(booking__registration__in=won).update(status="released")
    return most


def test_the_last_room_of_each_day_is_given_once(starter: Starter, ward: Ward) -> None:
    jobs = [*with_siblings(ward, PROCESSES), *(ward.wants(WEEK) for _ in range(6))]
    ends = starter.race(jobs)
    assert Counter(ends[PROCESSES:]) == {DONE: 6}  # who brings no sibling needs none of these rooms
    assert set(ends[:PROCESSES]) == {DONE, "sibling_rooms_full"}
    assert most_siblings_on_a_day() == ROOMS


def test_control_without_lock_and_guard_the_same_race_gives_a_room_twice(starter: Starter, ward: Ward) -> None:
    # So many may get through that the day itself fills up: its own guard is still there.
    may_end = frozenset({DONE, "sibling_rooms_full", "day_full"})
    with guards_out(SIBLING_GUARDS):
        assert any(race(starter, ward, locks=False, may_end=may_end) > ROOMS for _ in range(10))


def test_the_guard_alone_holds(starter: Starter, ward: Ward) -> None:
    assert race(starter, ward, locks=False) == ROOMS


def test_the_lock_alone_holds(starter: Starter, ward: Ward) -> None:
    with guards_out(SIBLING_GUARDS):
        assert race(starter, ward) == ROOMS


def hold(ward: Ward, status: str = "held", *, day: date = MONDAY, with_sibling: bool = True) -> None:
    booking = Booking.objects.create(
        registration=builders.registration(), service=ward.service, booked_at=builders.at(builders.A_DAY)
    )
    BookingDay.objects.create(booking=booking, day=day, status=status, with_sibling=with_sibling)


def other_service(ward: Ward) -> None:
    builders.service(ServiceKind.DAY_CARE, ward.pool, sibling_rooms=1)


@pytest.mark.parametrize(
    ("what", "write"),
    [
        ("a day more with a sibling", hold),
        ("a sibling joins", lambda ward: BookingDay.objects.filter(with_sibling=False).update(with_sibling=True)),
        ("a released day held again", lambda ward: BookingDay.objects.filter(status="released").update(status="held")),
        (
            "a day with a sibling moved to a full one",
            lambda ward: BookingDay.objects.filter(booking=Booking.objects.latest("pk")).update(day=MONDAY),
        ),
        ("fewer rooms", lambda ward: ServiceTermsRow.objects.update(sibling_rooms=1)),
        ("fewer rooms by another service of the pool", other_service),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_database_refuses_a_room_given_twice(ward: Ward, what: str, write: object) -> None:
    hold(ward)
    hold(ward, with_sibling=False)
    hold(ward, "released")
    hold(ward, day=WEEK[1])
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        write(ward)  # type: ignore[operator]
    assert refused.value.__cause__.diag.constraint_name == BROKEN_RULE
    assert most_siblings_on_a_day() == ROOMS


def test_the_database_lets_staff_take_away_rooms_that_nobody_has(ward: Ward) -> None:
    ServiceTermsRow.objects.update(sibling_rooms=1)
    ServiceTermsRow.objects.update(sibling_rooms=None)
    hold(ward)
    assert most_siblings_on_a_day() == ROOMS
