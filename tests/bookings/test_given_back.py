"""Leaving, rolling over and ending: listed first; a date put right brings back what can come back."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState, ChangeNotice, GivenBack, NoticeKind
from bookings.places.end_participation import end_registration, leave_ward, move_within_ward
from enrollment.confidential import Address
from enrollment.models import Letter, LetterSerial, Registration, RegistrationState, TimelineEntry
from reports.invariants import broken_invariants
from sankecare.models import OutboxEntry
from sankecare.rehearsal import rehearsed
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days, held

pytestmark = pytest.mark.django_db


def leave(ward: Ward, registration: Registration, number: int):
    return leave_ward(family=registration.birth.family, last_day=days(number)[0], by=ward.staff, at=ASKED_AT)


def test_a_later_last_day_brings_back_what_lies_before_it(ward: Ward, registration: Registration) -> None:
    """A family on the 3rd mistypes; on the 10th it stays until the 7th day: its bookings stand as before."""
    cut, gone = ward.reserve(registration, 3, 4), ward.reserve(registration, 6)
    leave(ward, registration, 3)
    assert (held(cut), held(gone)) == (days(3), [])
    found = leave(ward, registration, 7)
    gone.refresh_from_db()
    assert (held(cut), held(gone), gone.state, gone.ended_reason) == (days(3, 4), days(6), BookingState.BOOKED, "")
    assert [(row.booking.pk, row.days, row.whole) for row in found.brought_back] == [
        (cut.pk, days(4), False),
        (gone.pk, days(6), True),
    ]
    told = ChangeNotice.objects.filter(kind=NoticeKind.BROUGHT_BACK)
    assert [row.booking_id for row in told] == [gone.pk, cut.pk]
    assert broken_invariants(ASKED_AT) == []
    # Once more the same day brings back nothing a second time.
    assert leave(ward, registration, 7).brought_back == []


def test_what_another_family_has_by_now_stays_away_and_is_said(ward: Ward, registration: Registration) -> None:
    gone = ward.reserve(registration, 6)
    leave(ward, registration, 3)
    ward.fill(6)
    found = leave(ward, registration, 7)
    gone.refresh_from_db()
    assert (found.brought_back, gone.state) == ([], BookingState.CANCELLED)
    assert [(row.booking.pk, "空き" in row.why) for row in found.stays_away] == [(gone.pk, True)]


def test_who_stays_in_the_ward_after_all_has_its_days_again(ward: Ward, registration: Registration) -> None:
    gone = ward.reserve(registration, 6)
    leave(ward, registration, 3)
    new = Address(builders.town("北沢", "kitazawa"))
    move_within_ward(family=registration.birth.family, address=new, from_day=days(4)[0], by=ward.staff, at=ASKED_AT)
    assert held(gone) == days(6)


def test_who_comes_back_later_has_the_days_after_its_return_alone(ward: Ward, registration: Registration) -> None:
    first, second = ward.reserve(registration, 5), ward.reserve(registration, 12)
    leave(ward, registration, 3)
    new = Address(builders.town("北沢", "kitazawa"))
    found = move_within_ward(
        family=registration.birth.family, address=new, from_day=days(10)[0], by=ward.staff, at=ASKED_AT
    )
    assert (held(first), held(second)) == ([], days(12))
    assert [row.booking.pk for row in found.stays_away] == [first.pk]


def test_what_she_cancelled_herself_does_not_come_back(ward: Ward, registration: Registration) -> None:
    cut = ward.reserve(registration, 3, 4)
    leave(ward, registration, 3)
    Booking.objects.filter(pk=cut.pk).update(state=BookingState.CANCELLED)
    cut.days.update(status="released")
    assert leave(ward, registration, 7).brought_back == []
    assert held(cut) == []


def test_an_ended_registration_gives_nothing_again(ward: Ward, registration: Registration) -> None:
    gone = ward.reserve(registration, 6)
    found = end_registration(registration=registration, reason="里帰り", by=ward.staff, at=ASKED_AT)
    assert [row.booking.pk for row in found.given_back] == [gone.pk]
    assert [row.cause for row in GivenBack.objects.all()] == ["ended"]


# ---- Listed first ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_leaves_nothing_behind(ward: Ward, registration: Registration) -> None:
    builders.letter_policy()
    booking = ward.reserve(registration, 6)
    LetterSerial.objects.all().delete()
    found = rehearsed(lambda: leave(ward, registration, 3))
    assert [row.booking.pk for row in found.given_back] == [booking.pk]
    booking.refresh_from_db()
    assert (booking.state, held(booking)) == (BookingState.BOOKED, days(6))
    for table in (GivenBack, Letter, LetterSerial, TimelineEntry):
        assert not table.objects.exists()
    assert not OutboxEntry.objects.exclude(kind="booking_made").exists()


@pytest.fixture
def hers(transactional_db: None):
    """A mother signed in with a booking in ten days."""
    builders.usage_limits()
    mother, today = builders.user(Role.MOTHER, email="mother@example.jp"), timezone.localdate()
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=40))
    service = builders.service(slots=1)
    booking = Booking.objects.create(registration=registration, service=service, booked_at=timezone.now())
    booking.days.create(day=today + timedelta(days=10))
    client = Client()
    client.force_login(mother)
    return client, registration, booking


def pages_of(registration):
    today = timezone.localdate()
    family = registration.birth.family_id
    return {
        reverse("life:move-out", args=[family]): {"last_day": (today + timedelta(days=3)).isoformat()},
        reverse("life:end", args=[registration.pk]): {"reason": "実家で過ごすため"},
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", [0, 1])
def test_one_touch_lists_what_would_be_given_back_and_the_second_does_it(hers, page) -> None:
    client, registration, booking = hers
    address, given = list(pages_of(registration).items())[page]
    listed = client.post(address, given)
    booking.refresh_from_db()
    assert (listed.status_code, booking.state) == (200, BookingState.BOOKED)
    assert booking.number in listed.text
    assert "取り消される予約・日" in listed.text
    again = client.post(address, given | {"edit": "1"})
    assert next(iter(given.values())) in again.text
    assert client.post(address, given | {"seen": listed.context["seen"]}).status_code == 302
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_what_was_booked_since_the_list_is_listed_anew(hers) -> None:
    client, registration, booking = hers
    address, given = next(iter(pages_of(registration).items()))
    seen = client.post(address, given).context["seen"]
    booking.days.create(day=timezone.localdate() + timedelta(days=11))
    changed = client.post(address, given | {"seen": seen})
    booking.refresh_from_db()
    assert (changed.status_code, booking.state) == (200, BookingState.BOOKED)
    assert changed.context["seen"] != seen
    with transaction.atomic():
        assert registration.birth.family.residences.get().period.upper is None
    registration.refresh_from_db()
    assert registration.state == RegistrationState.APPROVED
