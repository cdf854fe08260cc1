"""送迎: borne by the ward for the households of its policy, in the claim, and no part of what a family owes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.check_out import check_out
from billing.models import Charge, Ride, RideDirection, TransportPolicy
from billing.month_record import month_record
from billing.queries import owed
from billing.rides import record_ride, take_back_ride
from bookings.models import Booking, Stay
from enrollment.models import Family, TaxClassPeriod
from sankecare.errors import Refused
from tests import builders
from tests.billing.test_pay import in_house

pytestmark = pytest.mark.django_db(transaction=True)


def policy(tax_class: str = "non_taxed", **fields: Any) -> TransportPolicy:
    return TransportPolicy.objects.create(
        **{"tax_class": tax_class, "period": (builders.LONG_AGO, None), "conditions": "要件を確認"} | fields
    )


@pytest.fixture
def operator(transactional_db: None) -> User:
    return builders.user(Role.OPERATOR)


def record(booking: Booking, by: User, fare: int = 2_400, direction: RideDirection = RideDirection.TO) -> Ride:
    with transaction.atomic():
        return record_ride(booking=booking, direction=direction, fare=fare, by=by, at=timezone.now())


def take_back(ride: Ride, by: User, reason: str = "運賃の読み違い") -> Ride:
    with transaction.atomic():
        return take_back_ride(ride=ride, reason=reason, by=by, at=timezone.now())


@pytest.mark.parametrize(
    ("tax_class", "covered", "borne"),
    [  # SEED 利用料②: 非課税世帯・生活保護受給世帯は送迎費用を区が負担
        ("non_taxed", "non_taxed", 2_400),
        ("welfare", "welfare", 2_400),
        ("taxed", "non_taxed", None),
        ("welfare", "non_taxed", None),
    ],
)
def test_the_ward_bears_the_ride_where_its_policy_says_so(
    operator: User, tax_class: str, covered: str, borne: int | None
) -> None:
    policy(covered)
    booking = in_house(builders.family(tax_class=tax_class))
    if borne is None:
        with pytest.raises(Refused) as refused:
            record(booking, operator)
        assert (refused.value.code, Ride.objects.count()) == ("ride_not_borne", 0)
    else:
        assert record(booking, operator).borne == borne


def test_without_a_policy_in_force_nothing_is_borne(operator: User) -> None:
    policy(period=(builders.LONG_AGO, date(2020, 1, 1)))
    with pytest.raises(Refused) as refused:
        record(in_house(builders.family(tax_class="non_taxed")), operator)
    assert refused.value.code == "ride_not_borne"


def test_the_ward_bears_no_more_than_its_limit(operator: User) -> None:
    policy(most_yen=2_000)
    ride = record(in_house(builders.family(tax_class="non_taxed")), operator)
    assert (ride.fare, ride.borne) == (2_400, 2_000)


def test_a_limit_of_nothing_is_no_policy_at_all(operator: User) -> None:
    with pytest.raises(IntegrityError, match="transport_policy_bears_something"), transaction.atomic():
        policy(most_yen=0)


def test_the_class_of_the_day_of_the_ride_counts(operator: User) -> None:
    policy()
    family = builders.family(tax_class="non_taxed")
    booking = in_house(family)
    today = timezone.localdate()
    TaxClassPeriod.objects.filter(family=family).update(period=(builders.LONG_AGO, today))
    TaxClassPeriod.objects.create(family=family, tax_class="taxed", period=(today, None))
    assert record(booking, operator).day == today - timedelta(days=1)
    with pytest.raises(Refused):
        record(booking, operator, direction=RideDirection.FROM)


@pytest.mark.parametrize("fare", [0, -1, 100_001])
def test_a_fare_that_cannot_be_is_refused(operator: User, fare: int) -> None:
    policy()
    with pytest.raises(Refused) as refused:
        record(in_house(builders.family(tax_class="non_taxed")), operator, fare)
    assert refused.value.code == "fare_not_possible"


def test_one_ride_a_direction_and_an_error_is_taken_back_with_its_reason(operator: User) -> None:
    policy()
    booking = in_house(builders.family(tax_class="non_taxed"))
    ride = record(booking, operator)
    with pytest.raises(Refused) as twice:
        record(booking, operator)
    with pytest.raises(Refused) as silent:
        take_back(ride, operator, " ")
    assert (twice.value.code, silent.value.code) == ("ride_recorded", "no_reason")
    take_back(ride, operator)
    again = record(booking, operator, 1_800)
    with pytest.raises(Refused):
        take_back(ride, operator)
    facility, month = booking.service.facility, timezone.localdate().replace(day=1)
    lines = month_record(facility, month)["rides"]
    assert [(row["ride"], row["borne"]) for row in lines] == [
        (ride.pk, 2_400),
        (again.pk, 1_800),
        (ride.pk, -2_400),
    ]
    assert month_record(facility, month)["amounts"]["transport"] == 1_800


def test_the_database_refuses_what_the_policy_does_not_bear_and_any_edit(operator: User) -> None:
    rule = policy()
    ride = record(in_house(builders.family(tax_class="non_taxed")), operator)
    taxed = in_house(builders.family())
    with pytest.raises(DatabaseError), transaction.atomic():
        Ride.objects.create(
            booking=taxed,
            direction=RideDirection.TO,
            day=timezone.localdate(),
            fare=1,
            borne=1,
            policy=rule,
            recorded_at=timezone.now(),
            recorded_by=operator,
        )
    for change in ({"fare": 1}, {"borne": 1}, {"day": builders.A_DAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Ride.objects.filter(pk=ride.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ride.delete()


def test_recorded_when_leaving_it_is_no_part_of_what_she_owes_and_stands_on_her_page(operator: User) -> None:
    policy()
    booking = in_house(builders.family(tax_class="non_taxed"))
    client = Client()
    client.force_login(operator)
    leaving = reverse("operator:departure", args=[booking.pk])
    assert "要件を確認" in client.get(leaving).content.decode()
    client.post(leaving, {"fare_to": "2400", "fare_from": "2300", "summary": "", "note": ""})
    charge = Charge.objects.get()
    assert (owed(charge), sorted(ride.fare for ride in Ride.objects.all())) == (3_000, [2_300, 2_400])
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    Family.objects.update(account=mother)
    client.force_login(mother)
    page = client.get(reverse("family:booking", args=[booking.pk])).content.decode()
    assert "2,400円を区が負担します" in page or "2400円を区が負担します" in page


def test_a_taxed_household_is_not_asked_for_rides(operator: User) -> None:
    policy()
    client = Client()
    client.force_login(operator)
    page = client.get(reverse("operator:departure", args=[in_house(builders.family()).pk])).content.decode()
    assert "fare_to" not in page


def test_each_ride_is_asked_for_by_the_class_of_its_own_day(operator: User) -> None:
    policy()
    family = builders.family(tax_class="non_taxed")
    booking = in_house(family)
    today = timezone.localdate()
    Stay.objects.filter(booking=booking).update(arrived_at=timezone.now() - timedelta(days=1))
    TaxClassPeriod.objects.filter(family=family).update(period=(builders.LONG_AGO, today))
    TaxClassPeriod.objects.create(family=family, tax_class="taxed", period=(today, None))
    client = Client()
    client.force_login(operator)
    form = client.get(reverse("operator:departure", args=[booking.pk])).context["form"]
    assert ("fare_to" in form.fields, "fare_from" in form.fields) == (True, False)


def test_sent_twice_from_the_tablet_a_ride_is_one(operator: User) -> None:
    policy()
    booking = in_house(builders.family(tax_class="non_taxed"))
    client = Client()
    client.force_login(operator)
    page = reverse("operator:ride", args=[booking.pk])
    for _ in range(2):
        assert client.post(page, {"direction": "to", "fare": "2400", "key": "ride-1"}).status_code == 302
    refused = client.post(page, {"direction": "to", "fare": "2500", "key": "ride-2"})
    assert (refused.status_code, "2500" in refused.content.decode(), Ride.objects.count()) == (422, True, 1)
    back = reverse("operator:ride-take-back", args=[Ride.objects.get().pk])
    client.post(back, {"reason": "読み違い", "key": "ride-3"})
    assert Ride.objects.get().taken_back_reason == "読み違い"


def test_where_a_ride_is_refused_nothing_of_the_departure_is_written(operator: User) -> None:
    booking = in_house(builders.family())
    with pytest.raises(Refused):
        transaction.atomic(check_out)(booking=booking, by=operator, at=timezone.now(), fares={RideDirection.TO: 2_400})
    booking.refresh_from_db()
    assert (booking.state, Charge.objects.count()) == ("arrived", 0)
