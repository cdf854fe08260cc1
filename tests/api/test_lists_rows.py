"""The API's lists: paged, sorted, filtered; a value that is not known is refused; queries do not grow with rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from billing.models import Charge
from bookings.models import Booking, Stay
from bookings.places.reserve import reserve_days
from bookings.stays.stays import record_arrival
from facilities.models import Service
from referrals.models import Concern, EventKind, Ground, RecipientKind, Referral, ReferralEvent
from tests import builders

pytestmark = pytest.mark.django_db

LISTS = ("registrations", "bookings", "stays", "charges", "referrals")


@pytest.fixture
def supervisor() -> User:
    return builders.user(Role.SUPERVISOR)


def get(person: User, name: str, **asked: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(f"/api/v1/{name}/", asked)


def ids(person: User, name: str, **asked: Any) -> list[int]:
    answer = get(person, name, **asked)
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def stay() -> Booking:
    """One family in house since today, with a charge and a referral."""
    now = timezone.now()
    today = timezone.localdate(now)
    midwife = builders.user(Role.OPERATOR)
    booking = reserve_days(
        registration=builders.registration(born=today - timedelta(days=30)),
        service=Service.objects.first() or builders.service(),
        days=[today, today + timedelta(days=1)],
        by=midwife,
        at=now,
    )
    record_arrival(booking=booking, by=midwife, at=now)
    Charge.objects.create(booking=booking, issued_at=now, issued_by=midwife, total=0, snapshot={})
    Referral.objects.create(
        family=booking.registration.birth.family,
        booking=booking,
        district=builders.district(),
        asked_of=RecipientKind.HEALTH_NURSE,
        recipient=RecipientKind.HEALTH_NURSE,
        concerns=[Concern.MOOD],
        what_was_seen="眠れない様子",
        ground=Ground.CONSENT,
        raised_at=now,
        raised_by=midwife,
        due_at=now + timedelta(days=1),
        red_at=now + timedelta(days=2),
    )
    return booking


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_paged_and_takes_as_many_queries_for_three_rows_as_for_one(supervisor: User, name: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert get(supervisor, name).status_code == 200
        return len(captured)

    stay()
    get(supervisor, name)
    one = queries()
    stay(), stay()
    assert queries() == one
    first = get(supervisor, name, page_size=2).json()
    assert (set(first), first["count"], len(first["results"])) == ({"count", "next", "previous", "results"}, 3, 2)
    assert get(supervisor, name, page=2, page_size=2).json()["next"] is None
    assert get(supervisor, name, page=9).status_code == 404


def test_filters_and_orders_do_what_they_say(supervisor: User) -> None:
    first, second = stay(), stay()
    today = timezone.localdate()
    before, tomorrow, later = (today + timedelta(days=days) for days in (-1, 1, 2))
    assert ids(supervisor, "bookings", state="arrived", ordering="booked_at") == [first.pk, second.pk]
    assert ids(supervisor, "bookings", ordering="-first_day") == [second.pk, first.pk]
    assert ids(supervisor, "bookings", state="cancelled") == []
    assert ids(supervisor, "bookings", registration=first.registration_id, service=first.service.slug) == [first.pk]
    assert len(ids(supervisor, "bookings", day_from=tomorrow, day_to=tomorrow)) == 2
    assert ids(supervisor, "bookings", day_from=later) == ids(supervisor, "bookings", day_to=before) == []
    assert len(ids(supervisor, "bookings", booked_from=today, booked_to=today)) == 2
    assert ids(supervisor, "bookings", booked_to=before) == []
    stays = [stay.pk for stay in Stay.objects.order_by("pk")]
    assert ids(supervisor, "stays", departed="false", ordering="arrived_at") == stays
    assert ids(supervisor, "stays", departed="true") == ids(supervisor, "stays", arrived_from=tomorrow) == []
    assert len(ids(supervisor, "charges", booking=first.pk, issued_from=today, ordering="-owed")) == 1
    assert ids(supervisor, "registrations", state="rejected") == []
    assert len(ids(supervisor, "registrations", state="approved", ordering="-applied_at")) == 2
    assert len(ids(supervisor, "referrals", urgency="normal", recipient="health_nurse", due_from=tomorrow)) == 2
    assert ids(supervisor, "referrals", raised_to=before) == []


def test_a_filter_of_referrals_tells_no_more_than_the_list_shows() -> None:
    """Received, then sent on: who raised it goes on reading that it is received."""
    booking = stay()
    referral = Referral.objects.get()
    facility = builders.user(Role.OPERATOR)
    assert ids(facility, "referrals", state="raised") == [referral.pk]
    ReferralEvent.objects.create(referral=referral, kind=EventKind.ACKNOWLEDGED, at=timezone.now(), by=facility)
    assert get(facility, "referrals").json()["results"][0]["state"] == "acknowledged"
    assert ids(facility, "referrals", state="acknowledged", booking=booking.pk) == [referral.pk]
    assert ids(facility, "referrals", state="raised") == []


def test_the_address_of_one_record_takes_no_filter(supervisor: User) -> None:
    booking = stay()
    client = Client()
    client.force_login(supervisor)
    assert client.get(f"/api/v1/bookings/{booking.pk}/?state=cancelled").status_code == 200
