"""キャンセル待ち: a freed place is the next family's alone, held, answered or passed on; and never lost on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import DatabaseError, OperationalError, connection, transaction

from bookings.models import (
    Booking,
    BookingDay,
    BookingState,
    DayStatus,
    DrawPolicy,
    FreedPlace,
    WaitingEnd,
    WaitingEntry,
)
from bookings.places import offers
from bookings.places.cancel import cancel_booking
from bookings.places.capacity import Cut, CutKind, Decision, Fate, apply_cut
from bookings.places.change import shorten_booking
from bookings.places.locking import lock_booking, lock_pools
from bookings.places.offers import accept_offer, decline_offer, lapse_offers
from bookings.places.queries import places_on
from bookings.places.release import EndCode
from bookings.waiting import passing_on
from bookings.waiting.passing_on import pass_on, pass_on_all
from enrollment.models import Registration, RegistrationState
from facilities.models import DayOverride, ServiceKind
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.moments import moment_in_words
from tests.bookings.waiting.conftest import FIRST, NOW, book, cancel, days, wait
from tests.builders import (
    at,
    mother_of,
    pool,
    registration,
    service,
    user,
)

pytestmark = pytest.mark.django_db


def test_a_freed_place_is_held_for_who_waited_longest_and_she_hears_of_it(stay):
    booked = book(stay, 0, 1)
    first, second = wait(stay), wait(stay, after=1)
    cancel(booked)
    assert [entry.pk for entry in pass_on(stay.pool_id, NOW)] == [first.pk]
    held = Booking.objects.get(state=BookingState.OFFERED)
    assert (held.registration, held.offered_until) == (first.registration, NOW + timedelta(hours=24))
    outbox.take_all(at=NOW + timedelta(minutes=1))
    joined, sent = sorted(mail.outbox, key=lambda one: "/offer/" in one.body)
    assert "キャンセル待ちに登録しました" in joined.subject
    assert f"/my/bookings/{held.pk}/offer/" in sent.body
    assert "髙﨑" not in sent.subject + sent.body
    assert f"{moment_in_words(NOW + timedelta(hours=24))}まで" in sent.body
    second.refresh_from_db()
    assert second.booking is None


def test_between_the_cancellation_and_the_offer_the_place_is_nobodys(stay):
    booked = book(stay, 0, 1)
    wait(stay)
    cancel(booked)
    assert [row.free for row in places_on(stay.pool_id, days(0, 1))] == [0, 0]
    with pytest.raises(Refused, match="day_full"):
        book(stay, 0)


def test_where_nobody_waits_it_is_free_at_once(stay):
    cancel(book(stay, 0, 1))
    assert not FreedPlace.objects.exists()
    assert book(stay, 0)


def test_what_nobody_who_waits_can_use_is_free_for_everybody(stay):
    booked, other = book(stay, 0), book(stay, 1)
    wait(stay, 0, 1)
    cancel(booked)
    assert pass_on(stay.pool_id, NOW) == []
    assert book(stay, 0)
    assert other.days.get().status == DayStatus.HELD


def test_who_needs_fewer_days_behind_her_is_offered_them(stay):
    booked = book(stay, 0)
    book(stay, 1)
    wait(stay, 0, 1)
    shorter = wait(stay, 0, 0, after=1)
    cancel(booked)
    assert [entry.pk for entry in pass_on(stay.pool_id, NOW)] == [shorter.pk]


@pytest.mark.parametrize("answer", ["declined", "lapsed"])
def test_unanswered_or_declined_it_goes_on_to_the_next(stay, answer):
    booked = book(stay, 0, 1)
    first, second = wait(stay), wait(stay, after=1)
    cancel(booked)
    pass_on(stay.pool_id, NOW)
    held = Booking.objects.get(state=BookingState.OFFERED)
    later = NOW + timedelta(hours=25)
    if answer == "declined":
        decline_offer(booking=held, by=user(), at=NOW)
    else:
        lapse_offers(at=later)
    first.refresh_from_db()
    assert first.ended_as == (WaitingEnd.DECLINED if answer == "declined" else WaitingEnd.LAPSED)
    assert pass_on_all(at=later) == 1
    second.refresh_from_db()
    assert second.booking.state == BookingState.OFFERED


def test_accepted_she_no_longer_waits(stay):
    booked = book(stay, 0, 1)
    entry = wait(stay)
    cancel(booked)
    pass_on(stay.pool_id, NOW)
    accept_offer(booking=Booking.objects.get(state=BookingState.OFFERED), by=user(), at=NOW)
    entry.refresh_from_db()
    assert entry.ended_as == WaitingEnd.PLACED
    assert pass_on_all(at=NOW) == 0


def test_a_worker_that_died_in_between_loses_nothing(stay):
    """The freed place stands in the table until somebody passes it on: the next sweep does."""
    booked = book(stay, 0, 1)
    entry = wait(stay)
    cancel(booked)
    assert FreedPlace.objects.filter(passed_on_at__isnull=True).count() == 2
    assert pass_on_all(at=NOW + timedelta(hours=5)) == 1
    entry.refresh_from_db()
    assert entry.booking is not None


def test_without_a_draw_policy_nobody_is_offered_a_place_but_it_is_free(stay, caplog):
    booked, entry = book(stay, 0, 1), wait(stay)
    cancel(booked)
    DrawPolicy.objects.all().delete()
    assert pass_on(stay.pool_id, NOW) == []
    assert "nobody_is_offered_a_place" in caplog.messages
    assert [row.free for row in places_on(stay.pool_id, days(0, 1))] == [1, 1]
    entry.refresh_from_db()
    assert (entry.booking, entry.ended_at) == (None, None)


def test_a_pool_that_cannot_be_passed_on_keeps_no_other_from_its_turn(stay, monkeypatch, caplog):
    elsewhere = service(in_pool=pool(1, slug="elsewhere"), kind=ServiceKind.DAY_CARE)
    for one in (stay, elsewhere):
        booked = book(one, 0, 1)
        wait(one)
        cancel(booked)

    def breaks(pools):
        if pools == [min(stay.pool_id, elsewhere.pool_id)]:
            raise OperationalError("髙﨑 𠮷子")
        lock_pools(pools)

    monkeypatch.setattr(passing_on, "lock_pools", breaks)
    assert pass_on_all(at=NOW) == 1
    assert "places_not_passed_on" in caplog.messages
    assert "髙﨑" not in caplog.text


def test_an_offer_that_cannot_be_given_back_keeps_no_other(stay, monkeypatch, caplog):
    elsewhere = service(in_pool=pool(1, slug="elsewhere"), kind=ServiceKind.DAY_CARE)
    for one in (stay, elsewhere):
        booked = book(one, 0, 1)
        wait(one)
        cancel(booked)
    assert pass_on_all(at=NOW) == 2
    first, second = Booking.objects.filter(state=BookingState.OFFERED).order_by("pk")

    def breaks(booking):
        if booking.pk == first.pk:
            raise OperationalError
        return lock_booking(booking)

    monkeypatch.setattr(offers, "lock_booking", breaks)
    assert [row.pk for row in lapse_offers(at=NOW + timedelta(hours=25))] == [second.pk]
    assert "offer_not_given_back" in caplog.messages


def test_a_shortened_stay_frees_its_last_days_for_who_waits(stay):
    booked = book(stay, 0, 1, 2)
    entry = wait(stay, 2, 2)
    transaction.atomic(shorten_booking)(booking=booked, last_day=days(1)[0], by=user(), at=NOW)
    assert [row.pk for row in pass_on(stay.pool_id, NOW)] == [entry.pk]


def test_a_place_that_a_wider_calendar_brings_goes_to_who_waits(stay):
    book(stay, 0, 1)
    entry = wait(stay)
    stay.pool.capacitys.update(slots=2)
    assert pass_on_all(at=NOW) == 1
    entry.refresh_from_db()
    assert entry.booking is not None


def test_who_is_no_longer_registered_is_passed_over(stay):
    booked = book(stay, 0, 1)
    first, second = wait(stay), wait(stay, after=1)
    Registration.objects.filter(pk=first.registration_id).update(state=RegistrationState.ENDED)
    cancel(booked)
    assert [entry.pk for entry in pass_on(stay.pool_id, NOW)] == [second.pk]


def test_what_comes_free_on_the_day_itself_is_nobodys_to_answer_for_and_free_at_once(stay):
    booked, entry = book(stay, 0), wait(stay, 0, 0)
    cancel(booked, at(FIRST, 8))
    pass_on_all(at=at(FIRST, 8))
    entry.refresh_from_db()
    assert (entry.booking, entry.ended_as) == (None, WaitingEnd.PASSED)
    assert places_on(stay.pool_id, days(0))[0].free == 1


def test_an_offer_given_back_by_cancelling_it_is_declined(stay):
    booked, entry = book(stay, 0, 1), wait(stay)
    cancel(booked)
    pass_on(stay.pool_id, NOW)
    offer = Booking.objects.get(state=BookingState.OFFERED)
    transaction.atomic(cancel_booking)(booking=offer, by=mother_of(offer), at=NOW, reason="都合が悪い")
    entry.refresh_from_db()
    offer.refresh_from_db()
    assert (entry.ended_as, offer.ended_reason) == (WaitingEnd.DECLINED, EndCode.DECLINED)


def test_an_offer_that_the_ward_takes_back_leaves_her_in_her_turn_and_the_next_one_is_told_again(stay):
    booked, entry = book(stay, 0, 1), wait(stay)
    cancel(booked)
    pass_on(stay.pool_id, NOW)
    offer = Booking.objects.get(state=BookingState.OFFERED)
    closed = Cut(stay.pool, CutKind.OVERRIDE, *days(0, 0), 0, "改修")
    apply_cut(cut=closed, decisions={offer.pk: Decision(Fate.CANCEL, "改修のため")}, by=user(), at=NOW)
    entry.refresh_from_db()
    assert (entry.booking, entry.ended_as) == (None, "")
    pass_on_all(at=NOW)
    assert not Booking.objects.filter(state=BookingState.OFFERED).exists()
    DayOverride.objects.all().delete()
    pass_on_all(at=NOW)
    assert Booking.objects.get(state=BookingState.OFFERED).registration == entry.registration
    outbox.take_all(at=NOW + timedelta(minutes=1))
    assert sum("/offer/" in sent.body for sent in mail.outbox) == 1  # the first was over before it was sent


def test_nobody_moves_up_in_the_table(stay):
    book(stay, 0, 1)
    entry = wait(stay)
    for change in (
        lambda: WaitingEntry.objects.filter(pk=entry.pk).update(joined_at=NOW - timedelta(days=9)),
        lambda: entry.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_offers_and_walk_ins_at_the_same_moment_never_give_a_place_twice(rules):
    stay = service(slots=1)
    booked = [book(stay, number) for number in range(6)]
    for number in range(6):
        wait(stay, number, number, after=number)
    walk_ins = [registration() for _ in range(6)]
    start = Barrier(8)

    def work(number):
        start.wait()
        try:
            if number < 2:
                for one in booked[number::2]:
                    cancel(one)
                return None
            for day in range(6):
                try:
                    return book(stay, day, of=walk_ins[number - 2])
                except Refused:
                    continue
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as everybody:
        list(everybody.map(work, range(8)))
    pass_on_all(at=NOW)
    held = BookingDay.objects.exclude(status=DayStatus.RELEASED)
    assert held.count() == held.values("day").distinct().count() == 6
    assert set(held.values_list("booking__state", flat=True)) == {BookingState.OFFERED}
    assert WaitingEntry.objects.filter(booking__isnull=False).count() == 6


@pytest.mark.parametrize(("hour", "minute", "offered"), [(20, 59, True), (21, 1, False), (23, 59, False)])
def test_a_place_is_offered_only_where_there_is_time_to_answer_and_else_free_for_everybody(
    stay, hour, minute, offered
):
    """Three hours before its first day begins (DEFAULT); nobody answers an offer of one minute."""
    booked, entry = book(stay, 0), wait(stay, 0, 0)
    moment = at(FIRST - timedelta(days=1), hour, minute)
    cancel(booked, moment)
    assert [row.pk for row in pass_on(stay.pool_id, moment)] == ([entry.pk] if offered else [])
    assert [row.free for row in places_on(stay.pool_id, days(0))] == [0 if offered else 1]
