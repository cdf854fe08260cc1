"""The API of departure, charges and adjustments: for the facility and the ward, each once."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from billing.models import Adjustment, Charge, HandedCoupon, Tariff
from bookings.models import Stay
from bookings.reserve import reserve_days
from bookings.stays import record_arrival
from tests.builders import coupon_policy, facility, family, registration, service, user

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
    headers = {"idempotency-key": key} if key else {}
    return client.post(address, json.dumps(body), "application/json", headers=headers)


def test_a_departure_answers_with_the_charge_and_a_retry_with_the_same_answer(booking, midwife):
    address = f"/api/v1/bookings/{booking.pk}/departure/"
    first = post(midwife, address, {}, key="k1")
    again = post(midwife, address, {}, key="k1")
    assert (first.status_code, first.json()["charge"]["total"], first.json()["no_charge"]) == (200, 5000, "")
    assert (again.status_code, again.json()) == (200, first.json())
    assert post(midwife, address, {}).json()["code"] == "already_departed"
    assert (Charge.objects.count(), Stay.objects.get().departed_at is None) == (1, False)


@pytest.mark.parametrize("announced", [1, 31])
def test_coupons_that_were_announced_and_not_handed_over_take_nothing_off(booking, midwife, announced):
    coupon_policy()
    type(booking).objects.update(coupons=announced)
    left = post(midwife, f"/api/v1/bookings/{booking.pk}/departure/", {}).json()
    assert (left["charge"]["total"], left["no_charge"]) == (5000, "")
    assert not HandedCoupon.objects.exists()


def test_coupons_are_handed_over_by_their_numbers_each_once(booking, midwife):
    coupon_policy()
    address = f"/api/v1/bookings/{booking.pk}/departure/"
    refused = post(midwife, address, {"coupons": [6]})
    assert (refused.status_code, refused.json()["code"]) == (422, "no_such_coupon")
    refused = post(midwife, address, {"coupons": [1, 2]})
    assert (refused.status_code, refused.json()["code"]) == (422, "coupon_more_than_days")
    assert post(midwife, address, {"coupons": [3]}).json()["charge"]["total"] == 2500
    assert HandedCoupon.objects.get().number == 3


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
