"""On the last evening of a month people see the month in which something can still be booked."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.roles import Role
from bookings.models import AllocationPolicy
from bookings.places.cancel import cancel_booking
from bookings.places.reserve import reserve_days
from facilities.models import Service
from sankecare.month_page import is_behind
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

LAST_EVENING = builders.at(date(2026, 11, 29), 23, 50)  # the 30th can no longer be booked
BORN = date(2026, 10, 20)


@pytest.fixture
def service() -> Service:
    builders.usage_limits()
    made = builders.service(starts_at=time(10))
    AllocationPolicy.objects.create(
        service=made,
        period=(builders.LONG_AGO, None),
        method="first_come",
        notice_hours=17,
        opens_days_before=180,
    )
    return made


def shown(client: Client, page: str, **given: Any) -> str:
    with time_machine.travel(LAST_EVENING, tick=False):
        answer = client.get(page, given)
    return str(answer.context["shown"])


def test_a_month_is_behind_when_nothing_in_it_can_be_booked_waited_for_or_drawn() -> None:
    assert is_behind(["past", "late", "closed"])
    assert not is_behind(["past", "full"])
    assert not is_behind(["past", "draw"])


def test_everybody_sees_the_next_month_unless_they_ask_for_this_one(service: Service) -> None:
    page = reverse("public:availability")
    assert shown(Client(), page) == "2026-12"
    assert shown(Client(), page, service=service.slug) == "2026-12"
    assert shown(Client(), page, month="2026-11") == "2026-11"


def test_a_mother_books_in_the_next_month_unless_she_turns_back(service: Service) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    registration = builders.registration(builders.family(account=mother), born=BORN)
    client = Client()
    client.force_login(mother)
    page = reverse("family:book", args=[registration.pk])
    assert shown(client, page) == "2026-12"
    assert shown(client, page, show="2026-11", service=service.slug) == "2026-11"


def test_an_english_page_names_facilities_in_english(service: Service) -> None:
    facility = service.facility
    facility.name_en = "Ward Centre"
    facility.save()
    for page in ("public:availability", "public:fees", "public:check", "public:facilities"):
        answer = Client(headers={"Accept-Language": "en"}).get(reverse(page)).content.decode()
        assert "Ward Centre" in answer, page


def test_from_the_days_of_a_service_the_waiting_list_opens_with_that_service(service: Service) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    registration = builders.registration(builders.family(account=mother), born=BORN)
    client = Client()
    client.force_login(mother)
    answer = client.get(reverse("family:waiting", args=[registration.pk]), {"service": service.slug})
    assert answer.context["form"]["service"].value() == service.pk


def test_a_cancelled_booking_still_says_which_days_it_was(service: Service) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    first = timezone.localdate() + timedelta(days=14)
    registration = builders.registration(builders.family(account=mother), born=first - timedelta(days=40))
    reserve = transaction.atomic(reserve_days)
    booking = reserve(registration=registration, service=service, days=[first], by=mother, at=timezone.now())
    transaction.atomic(cancel_booking)(booking=booking, by=mother, at=timezone.now())
    client = Client()
    client.force_login(mother)
    page = client.get(reverse("family:booking", args=[booking.pk])).content.decode()
    assert f"なし（{date_format(first)}の予約でした）" in page
