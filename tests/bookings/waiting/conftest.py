"""A short stay with one place, the ward's terms of waiting, and what families do there: book, wait, cancel."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.roles import Role
from bookings.models import (
    DrawPolicy,
)
from bookings.places.cancel import cancel_booking
from bookings.places.refusals import guarded_transaction
from bookings.places.reserve import reserve_days
from bookings.waiting.waiting_list import join_waiting_list
from enrollment.models import Registration
from tests.builders import (
    A_DAY,
    LONG_AGO,
    at,
    family,
    registration,
    service,
    sibling,
    usage_limits,
    user,
)

NOW = at(A_DAY)
FIRST = A_DAY + timedelta(days=10)


@pytest.fixture(autouse=True)
def rules():
    usage_limits()
    numbers = dict.fromkeys(["high_need_tickets", "lost_before_tickets", "most_lost_counted", "window_tickets"], 1)
    DrawPolicy.objects.create(period=(LONG_AGO, None), window_days=30, answer_hours=48, offer_hours=24, **numbers)


@pytest.fixture
def stay():
    return service(slots=1)


def days(*numbers):
    return [FIRST + timedelta(days=number) for number in numbers]


def book(stay, *numbers, of=None, child=None):
    made = of or registration()
    return guarded_transaction()(reserve_days)(
        registration=made, service=stay, days=days(*numbers), by=user(), at=NOW, sibling=child
    )


def wait(stay, first=0, last=1, *, of=None, after=0, child=None):
    made = of or registration(family(account=user(Role.MOTHER, email=f"w{Registration.objects.count()}@example.jp")))
    return transaction.atomic(join_waiting_list)(
        registration=made,
        service=stay,
        first_day=days(first)[0],
        last_day=days(last)[0],
        by=user(),
        at=NOW + timedelta(minutes=after),
        sibling=child,
    )


def cancel(booking, moment=NOW):
    transaction.atomic(cancel_booking)(booking=booking, by=user(), at=moment)


def with_sibling(stay, act, *numbers):
    """Let a family book or wait with its sibling."""
    home = family(account=user(Role.MOTHER))
    return act(stay, *numbers, of=registration(home), child=sibling(home))
