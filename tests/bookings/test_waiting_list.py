"""キャンセル待ち: a freed place is the next family's alone, held, answered or passed on; and never lost on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone

from accounts.roles import Role
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
from bookings.places.participants import change_party
from bookings.places.queries import places_on
from bookings.places.refusals import guarded_transaction
from bookings.places.release import EndCode
from bookings.places.reserve import reserve_days
from bookings.waiting import passing_on
from bookings.waiting.line_queries import ahead_in_waiting
from bookings.waiting.passing_on import pass_on, pass_on_all
from bookings.waiting.waiting_list import join_waiting_list, leave_waiting_list, wait_again
from enrollment.models import Registration, RegistrationState
from facilities.models import Closure, DayOverride, ServiceKind
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from sankecare.moments import moment_in_words
from tests.builders import (
    A_DAY,
    LONG_AGO,
    at,
    family,
    mother_of,
    pool,
    registration,
    service,
    sibling,
    usage_limits,
    user,
)

pytestmark = pytest.mark.django_db
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


def test_days_that_are_free_are_booked_not_waited_for(stay):
    with pytest.raises(Refused, match="place_free"):
        wait(stay)


def with_sibling(stay, act, *numbers):
    """Let a family book or wait with its sibling."""
    home = family(account=user(Role.MOTHER))
    return act(stay, *numbers, of=registration(home), child=sibling(home))


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
