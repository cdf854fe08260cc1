"""The demo's waits: over, each with how it ended; who has a place has the stay that followed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingState, DayStatus, WaitingEntry
from demo.history import demo_waiting
from tests.builders import at, registration, service, user

pytestmark = pytest.mark.django_db


def test_waits_are_over_and_before_the_days_waited_for(monkeypatch):
    monkeypatch.setattr(demo_waiting, "ONE_IN", 1)
    by = user(Role.WARD_STAFF)
    by.username = "made-up-history"
    by.save()
    today, stay = timezone.localdate(), service()
    for number in range(12):
        day = today - timedelta(days=40 + number)
        known = registration(born=day - timedelta(days=70))
        booking = Booking.objects.create(
            registration=known, service=stay, state=BookingState.DEPARTED, booked_at=at(day - timedelta(days=2))
        )
        booking.days.create(day=day, status=DayStatus.USED)
    demo_waiting.make_demo_waiting(today)
    entries = list(WaitingEntry.objects.select_related("booking"))
    placed = [entry for entry in entries if entry.ended_as == "placed"]
    assert len(placed) == 12 < len(entries)
    assert {entry.booking.registration_id == entry.registration_id for entry in placed} == {True}
    assert all(entry.booking is None for entry in entries if entry.ended_as != "placed")
    assert all(entry.joined_at < entry.ended_at < timezone.now() for entry in entries)
