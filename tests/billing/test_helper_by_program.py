"""A helper by crafted posts and by the API: no health, no coupons, no answer to what is only held."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState
from enrollment.models import Registration
from facilities.models import Service
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


class Helped:
    """A mother who ate no eggs the last time, and her partner, who may book for her."""

    def __init__(self) -> None:
        builders.usage_limits()
        builders.coupon_policy()
        self.stay: Service = builders.service(slots=2)
        self.mother: User = builders.user(Role.MOTHER, email="yoshiko@example.jp")
        self.registration: Registration = builders.registration(
            builders.family(account=self.mother), born=timezone.localdate() - timedelta(days=40)
        )
        self.partner: User = builders.user(Role.MOTHER, email="papa@example.jp")
        builders.helper(self.registration.birth.family, self.partner)
        self.helper = Client()
        self.helper.force_login(self.partner)
        self.page = reverse("family:book", args=[self.registration.pk])

    def booked(self, day: int, **facts: Any) -> Booking:
        made = {"registration": self.registration, "service": self.stay, "booked_at": timezone.now()} | facts
        booking: Booking = Booking.objects.create(**made)
        booking.days.create(day=ahead(day))
        return booking

    def by_program(self, **asked: Any) -> Any:
        given = {"registration": self.registration.pk, "service": self.stay.slug, "days": [ahead(3).isoformat()]}
        return self.helper.post(
            "/api/v1/bookings/", given | asked, "application/json", headers={"Idempotency-Key": f"k-{asked}"}
        )


@pytest.fixture
def helped(transactional_db: None) -> Helped:
    return Helped()


def test_what_she_may_not_eat_goes_along_and_is_read_by_no_helper(helped: Helped) -> None:
    helped.booked(10, food="卵アレルギー", booked_by=helped.mother)
    chosen = {"service": helped.stay.slug, "day": ahead(3).isoformat()}
    looked_over = helped.helper.get(helped.page, chosen | {"ask": "1"})
    assert (looked_over.context["step"], "卵" in looked_over.text) == (2, False)
    helped.helper.post(helped.page, chosen | {"key": looked_over.context["key"], "food": "なし"})
    made = Booking.objects.get(booked_by=helped.partner)
    assert made.food == "卵アレルギー"


def test_coupons_are_spent_by_no_helper_whatever_is_sent(helped: Helped) -> None:
    answer = helped.by_program(coupons=1)
    assert (answer.status_code, answer.json()["code"]) == (422, "coupons_are_hers")
    assert not Booking.objects.exists()
    assert helped.by_program(coupons=0).status_code == 201


@pytest.mark.parametrize("by_page", [True, False])
def test_why_she_may_not_is_told_to_no_helper(helped: Helped, by_page: bool) -> None:
    Registration.objects.update(needs_medical_care=True)
    day = ahead(3).isoformat()
    if by_page:
        chosen = {"service": helped.stay.slug, "day": day}
        said = helped.helper.post(helped.page, chosen | {"key": "a-key"}).text
        assert "お母さまのページ" in said
    else:
        answer = helped.by_program()
        said = answer.text
        assert (answer.status_code, set(answer.json()["fields"])) == (422, {"days"})
    assert "医療" not in said
    assert not Booking.objects.exists()


def test_a_place_that_is_only_held_is_answered_by_her_alone(helped: Helped) -> None:
    soon = timezone.now() + timedelta(hours=3)
    held = helped.booked(3, state=BookingState.OFFERED, offered_until=soon)
    where = f"/api/v1/bookings/{held.pk}/cancel/"
    answer = helped.helper.post(where, {}, "application/json", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["code"]) == (409, "offer_is_hers")
    held.refresh_from_db()
    assert held.state == BookingState.OFFERED
    booked = helped.booked(5)
    where = f"/api/v1/bookings/{booked.pk}/cancel/"
    assert helped.helper.post(where, {}, "application/json", headers={"Idempotency-Key": "k2"}).status_code == 200
