"""キャンセル待ち: who may wait for which days, how often, and how waiting ends."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.models import (
    BookingState,
    DrawPolicy,
    WaitingEnd,
    WaitingEntry,
)
from bookings.places.participants import change_party
from bookings.places.refusals import guarded_transaction
from bookings.places.reserve import reserve_days
from bookings.waiting.line_queries import ahead_in_waiting
from bookings.waiting.passing_on import pass_on, pass_on_all
from bookings.waiting.waiting_list import leave_waiting_list, wait_again
from facilities.models import Closure
from sankecare.errors import NotPossible, Refused
from tests.bookings.waiting.conftest import FIRST, NOW, book, cancel, days, wait, with_sibling
from tests.builders import (
    at,
    family,
    registration,
    service,
    sibling,
    user,
)

pytestmark = pytest.mark.django_db


def test_days_that_are_free_are_booked_not_waited_for(stay):
    with pytest.raises(Refused, match="place_free"):
        wait(stay)


@pytest.mark.parametrize("freed", ["cancelled", "sibling_stays_at_home"])
def test_who_brings_a_sibling_waits_for_a_room_that_takes_one_while_the_days_are_free(
    freed, django_capture_on_commit_callbacks
):
    stay = service(slots=5, sibling_rooms=1)
    booked = with_sibling(stay, book, 0, 1)
    entry = with_sibling(stay, wait)
    assert pass_on_all(at=NOW) == 0
    with django_capture_on_commit_callbacks(execute=True):
        if freed == "cancelled":
            cancel(booked)
        else:
            transaction.atomic(change_party)(
                booking=booked, infant_count=1, sibling=None, coupons=0, by=user(), at=NOW
            )
    entry.refresh_from_db()
    assert (entry.booking.state, entry.booking.sibling) == (BookingState.OFFERED, entry.sibling)
    with pytest.raises(Refused, match="place_free"):
        wait(stay)


def test_for_a_day_on_which_the_facility_is_closed_nobody_waits(stay):
    book(stay, 0)
    Closure.objects.create(pool=stay.pool, period=(days(1)[0], days(2)[0]), reason="改修")
    with pytest.raises(NotPossible, match="day_closed") as refused:
        wait(stay)
    assert "5月21日" in refused.value.detail
    assert not WaitingEntry.objects.exists()


def test_a_child_of_another_family_is_no_sibling_to_wait_with(stay):
    book(stay, 0, 1)
    with pytest.raises(NotPossible, match="sibling_of_another"):
        wait(stay, child=sibling(family()))


def test_joining_twice_is_once_and_five_stretches_are_enough(stay):
    book(stay, 0, 1, 2, 3, 4, 5)
    made = registration()
    assert wait(stay, of=made).pk == wait(stay, of=made).pk
    for number in range(2, 6):
        wait(stay, number, number, of=made)
    with pytest.raises(Refused, match="waits_for_enough"):
        wait(stay, 4, 5, of=made)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"first": 1, "last": 0}, "days_out_of_order"),
        ({"first": -20, "last": -20}, "day_passed"),
        ({"first": -10, "last": -10}, "too_late_to_wait"),  # today's places are given by telephone
    ],
)
def test_what_cannot_be_waited_for_is_answered(stay, facts, code):
    with pytest.raises(NotPossible, match=code):
        wait(stay, **facts)


def test_leaving_ends_it_but_an_open_offer_is_to_be_answered(stay):
    booked = book(stay, 0, 1)
    entry, other = wait(stay), wait(stay, after=1)
    assert leave_waiting_list(entry=other, at=NOW).ended_as == WaitingEnd.LEFT
    cancel(booked)
    pass_on(stay.pool_id, NOW)
    with pytest.raises(Refused, match="place_offered"):
        leave_waiting_list(entry=entry, at=NOW)


def test_leaving_is_taken_back_for_ten_minutes_with_the_turn_as_it_was(stay):
    DrawPolicy.objects.update(undo_minutes=10)
    book(stay, 0, 1)
    first, second = wait(stay), wait(stay, after=1)
    assert ahead_in_waiting([first, second]) == {first.pk: 0, second.pk: 1}
    left = transaction.atomic(leave_waiting_list)(entry=first, at=NOW)
    assert ahead_in_waiting([second]) == {second.pk: 0}
    back = transaction.atomic(wait_again)(entry=left, at=NOW + timedelta(minutes=10))
    assert (back.ended_at, back.ended_as) == (None, "")
    assert transaction.atomic(wait_again)(entry=back, at=NOW + timedelta(days=3)).ended_at is None
    assert ahead_in_waiting([first, second]) == {first.pk: 0, second.pk: 1}
    left = transaction.atomic(leave_waiting_list)(entry=first, at=NOW)
    with pytest.raises(Refused, match="too_late_to_undo"), transaction.atomic():
        wait_again(entry=left, at=NOW + timedelta(minutes=11))


def test_what_did_not_end_by_her_own_leaving_is_not_taken_back(stay):
    book(stay, 0, 1)
    entry = wait(stay)
    pass_on_all(at=at(FIRST))
    entry.refresh_from_db()
    with pytest.raises(Refused, match="too_late_to_undo"), transaction.atomic():
        wait_again(entry=entry, at=at(FIRST))


def test_who_joined_again_for_the_same_days_waits_once(stay):
    DrawPolicy.objects.update(undo_minutes=10)
    book(stay, 0, 1)
    entry = wait(stay)
    transaction.atomic(leave_waiting_list)(entry=entry, at=NOW)
    wait(stay, of=entry.registration)
    with pytest.raises(Refused, match="waits_already"), transaction.atomic():
        wait_again(entry=entry, at=NOW)


def test_days_that_passed_end_the_waiting(stay):
    book(stay, 0, 1)
    entry = wait(stay)
    pass_on_all(at=NOW + timedelta(days=20))
    entry.refresh_from_db()
    assert entry.ended_as == WaitingEnd.PASSED


def test_a_mother_joins_and_leaves_on_her_page(client):
    stay, person = service(slots=1), user(Role.MOTHER)
    today = timezone.localdate()
    soon = (today + timedelta(days=10)).isoformat()
    made = registration(family(account=person), born=today - timedelta(days=40))
    other = registration(born=today - timedelta(days=40))
    guarded_transaction()(reserve_days)(
        registration=other, service=stay, days=[today + timedelta(days=10)], by=user(), at=timezone.now()
    )
    client.force_login(person)
    page = f"/my/registrations/{made.pk}/waiting/"
    free = client.post(page, {"service": stay.pk, "first_day": soon[:-2] + "99", "last_day": soon})
    assert free.status_code == 422
    assert client.post(page, {"service": stay.pk, "first_day": soon, "last_day": soon}).status_code == 302
    entry = WaitingEntry.objects.get()
    assert "待つのをやめる" in str(client.get(page).content, "utf-8")
    client.post(page, {"leave": entry.pk})
    entry.refresh_from_db()
    assert entry.ended_as == WaitingEnd.LEFT
    assert client.post(page, {"leave": "999"}).status_code == 404
    assert client.get(f"/my/registrations/{other.pk}/waiting/").status_code == 404
