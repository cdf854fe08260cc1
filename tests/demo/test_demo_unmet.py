"""The demo's looks at full days: of days that are full in its history, in weeks that are over, where families live."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.models import Booking, UnmetCount, UnmetSign
from bookings.unmet.weeks import monday_of
from demo.history.demo_unmet import make_demo_unmet
from tests.as_owner import as_owner
from tests.builders import registration, service

pytestmark = pytest.mark.django_db


def test_only_full_days_are_looked_for_and_only_weeks_that_are_over_count():
    today = timezone.localdate()
    stay = service(slots=1)
    booking = Booking.objects.create(
        registration=registration(born=today - timedelta(days=60)), service=stay, booked_at=timezone.now()
    )
    full = [today - timedelta(days=number) for number in range(20, 50)]
    for day in full:
        booking.days.create(day=day)
    with as_owner():
        make_demo_unmet(today)
    looked = UnmetCount.objects.filter(kind="looked_for")
    assert looked.exists()
    assert set(looked.values_list("day", flat=True)) <= set(full)
    assert max(UnmetCount.objects.values_list("week", flat=True)) < monday_of(today)
    assert set(UnmetCount.objects.values_list("kind", flat=True)) == {"looked_for", "refused", "checked"}
    assert set(looked.values_list("district__slug", flat=True)) == {"setagaya"}
    assert not UnmetSign.objects.exists()
