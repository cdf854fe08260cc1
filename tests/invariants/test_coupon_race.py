"""Two facilities take one mother's coupons at the same moment, in processes of their own: each coupon counts once."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from billing.models import Charge, Component, HandedCoupon
from bookings.models import Booking, BookingState, DayStatus, Stay
from enrollment.models import Family
from facilities.models import Service, ServiceKind
from tests import builders
from tests.invariants.race_jobs import DONE
from tests.invariants.racers import Job, Starter

ROUNDS = 5
# Two births of one mother have a registration each: no lock of bookings stands between them.
FACILITIES = (
    ("ward-centre", "区立産後ケアセンター", ServiceKind.SHORT_STAY),
    ("mamas-room", "ママズルーム", ServiceKind.DAY_CARE),
)


@pytest.fixture
def services(transactional_db: None) -> list[Service]:
    builders.coupon_policy()
    return [
        builders.service(kind, builders.pool(20, builders.facility(slug, name), slug=f"{slug}-rooms"))
        for slug, name, kind in FACILITIES
    ]


def leaves(family: Family, service: Service, coupons: Sequence[int], announced: int = 0) -> Job:
    """A stay of the mother since yesterday, and the job that ends it."""
    today = timezone.localdate()
    booking = Booking.objects.create(
        registration=builders.registration(family, born=today - timedelta(days=40)),
        service=service,
        state=BookingState.ARRIVED,
        coupons=announced,
        booked_at=timezone.now(),
    )
    place = FACILITIES.index(next(row for row in FACILITIES if row[0] == service.facility.slug))
    booking.days.create(day=today - timedelta(days=place), status=DayStatus.USED)
    Stay.objects.create(booking=booking, arrived_at=timezone.now() - timedelta(days=1))
    operator = builders.user(builders.Role.OPERATOR, facility=service.facility)
    at = timezone.now().isoformat()
    return {"do": "check_out", "booking": booking.pk, "coupons": list(coupons), "by": operator.pk, "at": at}


def taken_off(family: Family) -> int:
    """Coupons on the mother's charges, counted from the lines alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM billing_chargeline line JOIN billing_charge charge ON charge.id = line.charge_id"
            " JOIN bookings_booking booking ON booking.id = charge.booking_id"
            " JOIN enrollment_registration registration ON registration.id = booking.registration_id"
            " JOIN enrollment_birth birth ON birth.id = registration.birth_id"
            " WHERE birth.family_id = %s AND line.component = %s",
            [family.pk, Component.COUPON],
        )
        return int(cursor.fetchone()[0])


def test_of_two_facilities_that_take_the_same_coupon_at_once_one_has_it(
    starter: Starter, services: list[Service]
) -> None:
    for _ in range(ROUNDS):
        family = builders.family()
        jobs = [leaves(family, service, [1]) for service in services]
        ends = starter.race(jobs)
        assert Counter(ends) == {DONE: 1, "coupon_used": 1}
        had_it = jobs[ends.index(DONE)]["booking"]
        assert HandedCoupon.objects.get(family=family).booking_id == had_it
        assert taken_off(family) == 1
        assert Charge.objects.get(booking__registration__birth__family=family).booking_id == had_it
        late = Booking.objects.get(pk=jobs[ends.index("coupon_used")]["booking"])
        assert late.state == BookingState.ARRIVED


def test_two_facilities_that_take_other_coupons_at_once_both_have_theirs(
    starter: Starter, services: list[Service]
) -> None:
    for _ in range(ROUNDS):
        family = builders.family()
        assert starter.race([leaves(family, one, [number]) for number, one in enumerate(services, 1)]) == [DONE, DONE]
        assert taken_off(family) == HandedCoupon.objects.filter(family=family).count() == 2


def test_what_was_announced_at_two_facilities_at_once_takes_nothing_off(
    starter: Starter, services: list[Service]
) -> None:
    family = builders.family()
    assert starter.race([leaves(family, service, [], announced=1) for service in services]) == [DONE, DONE]
    assert taken_off(family) == 0
