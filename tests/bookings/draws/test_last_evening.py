"""On the last evening of a month people see weeks in which something can still be booked."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags

from accounts.roles import Role
from bookings.models import AllocationPolicy
from bookings.places.cancel import cancel_booking
from bookings.places.reserve import reserve_days
from facilities.models import Service
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


def test_everybody_sees_the_weeks_from_today_on_whatever_the_month(service: Service) -> None:
    page = reverse("public:availability")
    for given in ({}, {"service": service.slug}, {"month": "2026-11"}, {"from": "2026-11-01"}):
        assert shown(Client(), page, **given) == "2026-11-29"
        with time_machine.travel(LAST_EVENING, tick=False):
            assert "12/1" in Client().get(page, given).text
    assert shown(Client(), page, **{"from": "2027-01-03"}) == "2027-01-03"


def test_a_mother_sees_the_same_weeks_and_turns_back_to_today(service: Service) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    registration = builders.registration(builders.family(account=mother), born=BORN)
    client = Client()
    client.force_login(mother)
    page = reverse("family:book", args=[registration.pk])
    assert shown(client, page) == "2026-11-29"
    assert shown(client, page, show="2026-11-29", service=service.slug) == "2026-11-29"


def test_an_english_page_names_facilities_in_english(service: Service) -> None:
    facility = service.facility
    facility.name_en = "Ward Centre"
    facility.save()
    for page in ("public:availability", "public:fees", "public:check-days", "public:facilities"):
        answer = Client(headers={"Accept-Language": "en"}).get(reverse(page)).content.decode()
        assert "Ward Centre" in answer, page


def test_from_a_full_day_the_waiting_list_opens_with_its_service_and_day(service: Service) -> None:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    registration = builders.registration(builders.family(account=mother), born=BORN)
    client = Client()
    client.force_login(mother)
    tomorrow = timezone.localdate() + timedelta(days=1)
    asked = {"service": service.slug, "day": tomorrow.isoformat()}
    form = client.get(reverse("family:waiting", args=[registration.pk]), asked).context["form"]
    values = {name: form[name].value() for name in ("service", "first_day", "last_day")}
    assert values == {"service": service.pk, "first_day": tomorrow, "last_day": tomorrow}


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
    assert f"なし（{date_format(first)}の予約でした）" in strip_tags(page)
