"""The API of departure, charges and adjustments: for the facility and the ward, each once."""

import json
import secrets
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from billing.models import Adjustment, Charge, HandedCoupon, Tariff
from bookings.models import Booking, Stay
from bookings.places.reserve import reserve_days
from bookings.stays.stays import record_arrival
from enrollment.models import TaxClassPeriod
from tests.builders import LONG_AGO, coupon_policy, facility, family, registration, service, usage_limits, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def midwife():
    return user(Role.OPERATOR)


@pytest.fixture
def booking(midwife):
    """A family of twins in house since today."""
    now = timezone.now()
    today = timezone.localdate(now)
    made = reserve_days(
        registration=registration(family(account=user(Role.MOTHER)), born=today - timedelta(days=30), infants=2),
        service=service(),
        days=[today, today + timedelta(days=1)],
        by=midwife,
        at=now,
    )
    record_arrival(booking=made, by=midwife, at=now)
    return made


def post(person, address, body, key=None):
    client = Client()
    client.force_login(person)
    headers = {"idempotency-key": key or secrets.token_hex(8)}
    return client.post(address, json.dumps(body), "application/json", headers=headers)


def test_a_departure_answers_with_the_charge_and_a_retry_with_the_same_answer(booking, midwife):
    address = f"/api/v1/bookings/{booking.pk}/departure/"
    first = post(midwife, address, {}, key="k1")
    again = post(midwife, address, {}, key="k1")
    assert (first.status_code, first.json()["charge"]["total"], first.json()["no_charge"]) == (200, 5000, "")
    assert (again.status_code, again.json()) == (200, first.json())
    assert post(midwife, address, {}).json()["code"] == "already_departed"
    assert (Charge.objects.count(), Stay.objects.get().departed_at is None) == (1, False)


def test_only_the_coupons_that_a_departure_names_are_taken_off(booking, midwife):
    coupon_policy(first=LONG_AGO)
    Booking.objects.update(coupons=2)
    address = f"/api/v1/bookings/{booking.pk}/departure/"
    for impossible in ([0], ["1"], 1, [101], None):
        assert post(midwife, address, {"coupons": impossible}).status_code == 400
    assert post(midwife, address, {"coupons": [9]}).json()["code"] == "no_such_coupon"
    charge = post(midwife, address, {"coupons": [3]}).json()["charge"]
    assert (charge["total"], [coupon.number for coupon in HandedCoupon.objects.all()]) == (2500, [3])


def test_a_departure_that_names_no_coupon_takes_none_off(booking, midwife):
    coupon_policy(first=LONG_AGO)
    Booking.objects.update(coupons=2)
    left = post(midwife, f"/api/v1/bookings/{booking.pk}/departure/", {}).json()
    assert (left["charge"]["total"], HandedCoupon.objects.count()) == (5000, 0)


def test_coupons_that_could_not_be_used_are_not_announced():
    coupon_policy(first=LONG_AGO)
    usage_limits()
    mother, today = user(Role.MOTHER), timezone.localdate()
    made = registration(family(account=mother, tax_class="non_taxed"), born=today - timedelta(days=30))
    days = [(today + timedelta(days=number)).isoformat() for number in (7, 8)]
    asked = {"registration": made.pk, "service": service().slug, "days": days}
    assert post(mother, "/api/v1/bookings/", asked | {"coupons": 1}).json()["code"] == "coupon_not_for_tax_class"
    booked = post(mother, "/api/v1/bookings/", asked)
    assert booked.status_code == 201
    party = f"/api/v1/bookings/{booked.json()['id']}/party/"
    refused = post(mother, party, {"infant_count": 1, "coupons": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "coupon_not_for_tax_class")
    TaxClassPeriod.objects.update(tax_class="taxed")
    assert post(mother, party, {"infant_count": 1, "coupons": 3}).json()["code"] == "coupon_more_than_days"
    assert post(mother, party, {"infant_count": 1, "coupons": 2}).json()["coupons"] == 2


def test_a_stay_that_could_not_be_priced_is_charged_later(booking, midwife):
    published = list(Tariff.objects.filter(component="multiple"))
    Tariff.objects.filter(component="multiple").delete()
    left = post(midwife, f"/api/v1/bookings/{booking.pk}/departure/", {})
    assert (left.status_code, left.json()["charge"]) == (200, None)
    assert left.json()["no_charge"]
    refused = post(midwife, "/api/v1/charges/", {"booking": booking.pk})
    assert (refused.status_code, refused.json()["code"]) == (422, "tariff_not_published")
    Tariff.objects.bulk_create(published)
    assert post(midwife, "/api/v1/charges/", {"booking": booking.pk}).json()["total"] == 5000
    assert post(midwife, "/api/v1/charges/", {"booking": booking.pk}).status_code == 409


def test_an_adjustment_is_the_wards_and_changes_what_is_owed_only(booking, midwife):
    post(midwife, f"/api/v1/bookings/{booking.pk}/departure/", {})
    address = f"/api/v1/charges/{Charge.objects.get().pk}/adjustments/"
    body = {"amount": -1000, "reason": "減免"}
    assert post(midwife, address, body).status_code == 404
    answer = post(user(), address, body, key="a").json()
    assert (answer["total"], answer["owed"]) == (5000, 4000)
    assert [row["amount"] for row in answer["adjustments"]] == [-1000]
    assert Adjustment.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"amount": 0, "reason": "理由"}, 422),
        ({"amount": -5001, "reason": "理由"}, 409),
        ({"amount": "5", "reason": "理由"}, 400),
        ({"amount": 10**12, "reason": "理由"}, 400),
        ({"amount": 5, "reason": " "}, 400),
        ({"amount": 5, "reason": "\x00"}, 400),
        ({"amount": 5, "reason": "理由", "made_by": 1}, 400),
    ],
)
def test_an_adjustment_that_cannot_be_is_refused_and_nothing_is_written(booking, midwife, body, status):
    post(midwife, f"/api/v1/bookings/{booking.pk}/departure/", {})
    answer = post(user(), f"/api/v1/charges/{Charge.objects.get().pk}/adjustments/", body)
    assert (answer.status_code, set(answer.json())) == (status, {"code", "detail", "fields"})
    assert not Adjustment.objects.exists()


def test_another_facility_and_another_family_see_nothing_of_it(booking, midwife):
    post(midwife, f"/api/v1/bookings/{booking.pk}/departure/", {})
    charge = Charge.objects.get()
    elsewhere = user(Role.OPERATOR, facility=facility("mamas-room", "ママズルーム"))
    for person in (elsewhere, user(Role.MOTHER)):
        client = Client()
        client.force_login(person)
        assert client.get("/api/v1/charges/").json()["results"] == []
        assert client.get(f"/api/v1/charges/{charge.pk}/").status_code == 404
    assert post(elsewhere, f"/api/v1/bookings/{booking.pk}/departure/", {}).status_code == 404
    assert post(elsewhere, "/api/v1/charges/", {"booking": booking.pk}).status_code == 404
    mother = booking.registration.birth.family.account
    client = Client()
    client.force_login(mother)
    assert [row["owed"] for row in client.get("/api/v1/charges/").json()["results"]] == [5000]
