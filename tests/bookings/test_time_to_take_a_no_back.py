"""A place that was declined stays held for some minutes; a reminder comes once before an offer ends."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.roles import Role
from bookings.models import Booking, BookingState, DrawPolicy, WaitingEnd
from bookings.places.cancel import cancel_booking
from bookings.places.offers import accept_offer, decline_offer, lapse_offers, remind_of_offers, take_no_back
from bookings.places.release import EndCode
from bookings.waiting.passing_on import pass_on_all
from bookings.waiting.waiting_list import join_waiting_list
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.moments import moment_in_words
from tests import builders
from tests.bookings.conftest import ASKED_AT, Ward, days, held

pytestmark = pytest.mark.django_db(transaction=True)
UNTIL = ASKED_AT + timedelta(hours=24)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    builders.usage_limits()
    builders.draw_policy()
    DrawPolicy.objects.update(undo_minutes=10, remind_hours=12)
    return Ward(builders.service(slots=1), builders.service(builders.ServiceKind.DAY_CARE, builders.pool(2, slug="x")))


@pytest.fixture
def offer(ward: Ward) -> Booking:
    mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
    registration = builders.registration(builders.family(account=mother))
    return ward.reserve(registration, 1, 2, offered_until=UNTIL)


def decline(offer: Booking, ward: Ward, at: datetime = ASKED_AT) -> Booking:
    return transaction.atomic(decline_offer)(booking=offer, by=ward.staff, at=at)


def test_for_ten_minutes_the_place_that_was_declined_is_nobody_elses(ward: Ward, offer: Booking) -> None:
    assert decline(offer, ward).given_on_at == ASKED_AT + 10 * MINUTE
    assert lapse_offers(at=ASKED_AT + 9 * MINUTE) == []
    with pytest.raises(Refused, match="day_full"):
        ward.reserve(builders.registration(), 1)
    assert [row.pk for row in lapse_offers(at=ASKED_AT + 10 * MINUTE)] == [offer.pk]
    offer.refresh_from_db()
    assert (offer.state, offer.ended_reason, held(offer)) == (BookingState.CANCELLED, EndCode.DECLINED, [])
    assert ward.reserve(builders.registration(), 1)


def test_a_no_taken_back_in_time_leaves_the_offer_as_it_was(ward: Ward, offer: Booking) -> None:
    decline(offer, ward)
    for _ in range(2):
        kept = transaction.atomic(take_no_back)(booking=offer, by=ward.staff, at=ASKED_AT + 9 * MINUTE)
    assert (kept.state, kept.given_on_at, kept.offered_until) == (BookingState.OFFERED, None, UNTIL)
    assert lapse_offers(at=UNTIL) == []
    assert transaction.atomic(accept_offer)(booking=offer, by=ward.staff, at=UNTIL).state == BookingState.BOOKED


def test_she_may_also_take_the_place_at_once_after_her_no(ward: Ward, offer: Booking) -> None:
    decline(offer, ward)
    taken = transaction.atomic(accept_offer)(booking=offer, by=ward.staff, at=ASKED_AT + MINUTE)
    assert (taken.state, taken.given_on_at) == (BookingState.BOOKED, None)
    assert lapse_offers(at=UNTIL) == []


@pytest.mark.parametrize("answer", [take_no_back, accept_offer])
def test_once_the_minutes_are_over_the_no_stands_also_before_the_clock_has_given_the_place_on(
    ward: Ward, offer: Booking, answer: object
) -> None:
    decline(offer, ward)
    with pytest.raises(Refused, match="offer_lapsed") as refused:
        transaction.atomic(answer)(booking=offer, by=ward.staff, at=ASKED_AT + 10 * MINUTE)
    assert moment_in_words(ASKED_AT + 10 * MINUTE) in refused.value.detail


def test_a_second_no_does_not_make_the_time_longer_nor_does_the_offers_end(ward: Ward, offer: Booking) -> None:
    assert decline(offer, ward, UNTIL - MINUTE).given_on_at == UNTIL
    assert decline(offer, ward, UNTIL - MINUTE / 2).given_on_at == UNTIL
    with pytest.raises(IntegrityError, match="booking_given_on_before_it_ends"):
        Booking.objects.filter(pk=offer.pk).update(given_on_at=UNTIL + MINUTE)


def test_where_no_time_is_laid_down_the_place_goes_on_at_once(ward: Ward, offer: Booking) -> None:
    DrawPolicy.objects.update(undo_minutes=0)
    assert decline(offer, ward).state == BookingState.CANCELLED


def test_who_waited_keeps_its_entry_while_it_can_think_again_and_the_next_one_hears_only_then(ward: Ward) -> None:
    ward.fill(1)
    first, second = (
        transaction.atomic(join_waiting_list)(
            registration=builders.registration(),
            service=ward.stay,
            first_day=days(1)[0],
            last_day=days(1)[0],
            by=ward.staff,
            at=ASKED_AT + number * MINUTE,
        )
        for number in range(2)
    )
    now = ASKED_AT + 5 * MINUTE
    taken = Booking.objects.get(state=BookingState.BOOKED)
    transaction.atomic(cancel_booking)(booking=taken, by=ward.staff, at=now)
    offer = Booking.objects.get(state=BookingState.OFFERED)
    decline(offer, ward, now)
    pass_on_all(at=now + MINUTE)
    first.refresh_from_db()
    assert (first.booking, first.ended_as) == (offer, "")
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 1
    lapse_offers(at=now + 10 * MINUTE)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.ended_as == WaitingEnd.DECLINED
    assert second.booking is not None


def test_before_an_offer_ends_its_family_is_reminded_once_by_a_link_alone(ward: Ward, offer: Booking) -> None:
    assert remind_of_offers(at=UNTIL - timedelta(hours=12) - MINUTE) == 0
    assert [remind_of_offers(at=UNTIL - timedelta(hours=12)) for _ in range(2)] == [1, 0]
    assert remind_of_offers(at=UNTIL - MINUTE) == 0
    outbox.take_all(at=ASKED_AT)
    (sent,) = mail.outbox
    assert f"/my/bookings/{offer.pk}/offer/" in sent.body
    assert moment_in_words(UNTIL) in sent.body
    assert not [word for word in ("髙﨑", "𠮷", "センター", "5月15日") if word in f"{sent.subject}{sent.body}"]


def test_a_short_offer_is_not_reminded_of_at_once_but_when_half_its_time_is_over(ward: Ward) -> None:
    ward.reserve(builders.registration(), 1, offered_until=ASKED_AT + timedelta(hours=4))
    assert remind_of_offers(at=ASKED_AT + timedelta(hours=2) - MINUTE) == 0
    Booking.objects.update(given_on_at=ASKED_AT + 3 * MINUTE)
    assert remind_of_offers(at=ASKED_AT + timedelta(hours=2)) == 0  # declined: she has answered
    Booking.objects.update(given_on_at=None)
    remind_of_offers(at=ASKED_AT + timedelta(hours=2))
    assert Booking.objects.get().reminded_at == ASKED_AT + timedelta(hours=2)


def test_who_answers_before_the_reminder_is_sent_gets_none(ward: Ward, offer: Booking) -> None:
    assert remind_of_offers(at=UNTIL - timedelta(hours=1)) == 1
    decline(offer, ward, UNTIL - timedelta(hours=1))
    outbox.take_all(at=ASKED_AT)
    assert mail.outbox == []
