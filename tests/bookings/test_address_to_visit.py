"""Where a midwife goes: near the day of the visit, at its own facility, each look written down."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.places.queries import bookings_with_days
from care.visit_queries import day_to_visit
from enrollment.models import Residence
from facilities.models import ServiceKind
from tests import builders

pytestmark = pytest.mark.django_db

DAY = timezone.localdate() + timedelta(days=3)


@pytest.fixture
def visit() -> Booking:
    service = builders.service(ServiceKind.OUTREACH)
    registration = builders.registration(born=DAY - timedelta(days=40))
    Residence.objects.update(rest="5の401")
    booking = Booking.objects.create(registration=registration, service=service, booked_at=timezone.now())
    booking.days.create(day=DAY)
    return booking


@pytest.mark.parametrize(("today", "shown"), [(-8, None), (-7, DAY), (0, DAY), (1, None)])
def test_from_a_week_before_until_the_day_is_over(visit: Booking, today: int, shown: date | None) -> None:
    assert day_to_visit(bookings_with_days().get(), DAY + timedelta(days=today)) == shown


@pytest.mark.parametrize("state", [BookingState.CANCELLED, BookingState.NO_SHOW])
def test_a_visit_that_is_not_to_be_made_has_none(visit: Booking, state: BookingState) -> None:
    Booking.objects.update(state=state)
    assert day_to_visit(bookings_with_days().get(), DAY) is None


def test_a_stay_has_none(visit: Booking) -> None:
    service = builders.service(in_pool=builders.pool(slug="beds"))
    stay = Booking.objects.create(registration=builders.registration(), service=service, booked_at=timezone.now())
    stay.days.create(day=DAY)
    assert day_to_visit(bookings_with_days().get(pk=stay.pk), DAY) is None


def test_it_is_the_address_of_the_day_and_each_look_is_written_down(visit: Booking) -> None:
    family = visit.registration.birth.family
    before = family.residences.get()
    family.residences.update(period=(builders.LONG_AGO, DAY))
    family.residences.create(period=(DAY, None), town=before.town, district=before.district, rest="新居9の9")
    midwife = builders.user(Role.OPERATOR)
    client = Client()
    client.force_login(midwife)
    page = client.get(reverse("operator:address", args=[visit.pk]))
    assert ("新居9の9" in page.text, "5の401" in page.text, "no-store" in page.headers["Cache-Control"]) == (
        True,
        False,
        True,
    )
    assert AccessLogEntry.objects.filter(user=midwife, family=family, page="operator:address").count() == 1
    assert "新居9の9" not in client.get(reverse("operator:stay", args=[visit.pk])).text
    elsewhere = Client()
    elsewhere.force_login(builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム")))
    assert elsewhere.get(reverse("operator:address", args=[visit.pk])).status_code == 404
