"""The demo's draw that has taken place: by the live operations, numbered by two demo people, and verifiable."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.draws.draws_changed import changed_draws
from bookings.draws.published_draw import problems_of, published
from bookings.models import BookingState, DrawPolicy
from demo.history.demo_drawn import ENTRIES, INVENTED_NUMBER, make_drawn_round
from tests.builders import draw_policy, family, registration, service, usage_limits, user

pytestmark = pytest.mark.django_db


def test_it_stands_every_check_with_a_number_typed_by_two():
    usage_limits()
    draw_policy()
    DrawPolicy.objects.update(number_source="ナンバーズ4の当せん番号")
    today = timezone.localdate()
    for name in ("demo-staff", "demo-staff-second"):
        person = user(Role.WARD_STAFF)
        person.username = name
        person.save()
    stay = service(slots=4)
    for number in range(14):
        registration(family(f"山田 {number}"), born=today - timedelta(days=20 + number))
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=5)
    done = transaction.atomic(make_drawn_round)(stay.pool, first, today)
    done.refresh_from_db()
    shown = published(done)
    assert problems_of(shown) == []
    assert [rows for rows in changed_draws().values() if rows] == []
    assert shown["number"]["value"] == INVENTED_NUMBER
    assert done.closed_at.astimezone(timezone.get_current_timezone()).weekday() < 5
    people = {done.number.entered_by.username, done.number.confirmed_by.username}
    assert people == {"demo-staff", "demo-staff-second"}
    assert 0 < len(shown["result"]) <= ENTRIES
    assert {entry.booking.state for entry in done.wishes.exclude(booking=None)} <= {
        BookingState.BOOKED,
        BookingState.OFFERED,
    }
