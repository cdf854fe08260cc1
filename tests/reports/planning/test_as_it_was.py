"""元の世界: what the live operations did, replayed from the records alone, is what the records hold."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.models import Booking, BookingState, DrawRound, WaitingEntry
from bookings.places.cancel import cancel_booking
from bookings.places.change import shorten_booking
from bookings.places.offers import accept_offer, decline_offer
from bookings.places.refusals import guarded_transaction
from bookings.waiting.passing_on import pass_on
from bookings.waiting.waiting_list import leave_waiting_list
from facilities.models import Service
from reports.planning.outcome import same_days
from reports.planning.records import recorded
from reports.planning.replay import Replay
from reports.planning.world import Changes, changed
from sankecare.errors import Refused
from tests import builders
from tests.bookings.draws.factories_line import CLOSES, DRAWN, FIRST, announce, book, days, drawn, enter, wait

pytestmark = pytest.mark.django_db
LAST = FIRST + timedelta(days=20)
AS_IT_WAS = {"refused": 0, "full": 0, "other": 0}


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    builders.draw_policy()
    return builders.service(slots=2)


def compared(first: date = FIRST, last: date = LAST) -> dict[str, int]:
    known = recorded(first, last)
    return same_days(known.demand, Replay(known.demand, known.world).run(), known.kept)


class History:
    """A made-up history of a house, written by the live operations, one after the other."""

    def __init__(self, stay: Service, seed: int) -> None:
        self.stay, self.random, self.now = stay, Random(seed), DRAWN + timedelta(hours=1)

    def moments(self, count: int) -> Iterator[datetime]:
        for _number in range(count):
            self.now += timedelta(minutes=self.random.randint(5, 90))
            yield self.now

    def stretch(self) -> tuple[int, ...]:
        first, length = self.random.randint(0, 8), self.random.randint(1, 4)
        return tuple(range(first, first + length))

    def go_on(self, steps: int) -> None:
        kinds = (*[self.book] * 4, *[self.wait] * 5, self.cancel, self.cancel, self.shorten, self.leave)
        for at in self.moments(steps):
            try:
                self.random.choice(kinds)(at)
            except Refused:
                continue
            self.answer()

    def book(self, at: datetime) -> None:
        book(self.stay, *self.stretch(), moment=at)

    def wait(self, at: datetime) -> None:
        numbers = self.stretch()
        wait(self.stay, numbers[0], numbers[-1], moment=at)

    def cancel(self, at: datetime) -> None:
        if booking := self._one_of(Booking.objects.filter(state=BookingState.BOOKED)):
            with guarded_transaction():
                cancel_booking(booking=booking, by=builders.user(), at=at)
            pass_on(self.stay.pool_id, at)

    def shorten(self, at: datetime) -> None:
        if (booking := self._one_of(Booking.objects.filter(state=BookingState.BOOKED))) and len(booking.days_kept) > 1:
            with guarded_transaction():
                shorten_booking(booking=booking, last_day=booking.days_kept[0], by=builders.user(), at=at)
            pass_on(self.stay.pool_id, at)

    def leave(self, at: datetime) -> None:
        if entry := self._one_of(WaitingEntry.objects.filter(ended_at=None, booking=None)):
            with transaction.atomic():
                leave_waiting_list(entry=entry, at=at)

    def answer(self) -> None:
        """Who is offered a place says yes, or no."""
        for at in self.moments(1):
            for offer in Booking.objects.filter(state=BookingState.OFFERED).order_by("pk"):
                operation = accept_offer if self.random.random() < 0.7 else decline_offer
                with guarded_transaction():
                    operation(booking=offer, by=builders.user(), at=at)
                if operation is decline_offer:
                    pass_on(self.stay.pool_id, at)

    def _one_of(self, rows):  # type: ignore[no-untyped-def]
        found = list(rows.order_by("pk"))
        return self.random.choice(found) if found else None


def test_what_was_booked_first_come_given_back_and_passed_on_is_replayed(stay: Service) -> None:
    book(stay, 0, 1)
    gone = book(stay, 0, 1)
    waits = wait(stay, 0, 1, moment=DRAWN + timedelta(minutes=1))
    with guarded_transaction():
        cancel_booking(booking=gone, by=builders.user(), at=DRAWN + timedelta(hours=1))
    pass_on(stay.pool_id, DRAWN + timedelta(hours=1))
    waits.refresh_from_db()
    assert waits.booking is not None
    assert compared() == AS_IT_WAS | {"recorded": 4, "same": 4}


def test_a_draw_is_replayed_in_its_order_and_in_others_by_seed(stay: Service) -> None:
    announced = announce(stay)
    for number in range(6):
        enter(announced, days(number % 3, number % 3 + 1), days(4))
    drawn(announced)
    for offer in Booking.objects.filter(state=BookingState.OFFERED):
        with guarded_transaction():
            accept_offer(booking=offer, by=builders.user(), at=DRAWN + timedelta(hours=1))
    found = compared()
    assert found["recorded"] == found["same"] > 5
    known = recorded(FIRST, LAST)
    winners = {
        frozenset(
            one.household for one in Replay(known.demand, known.world, seed=f"{seed}").run().places.held.values()
        )
        for seed in range(12)
    }
    assert len(winners) > 1


@pytest.mark.parametrize("seed", range(4))
def test_any_history_of_the_live_operations_is_replayed_day_by_day(stay: Service, seed: int) -> None:
    history = History(stay, seed)
    announced = announce(stay)
    for _number in range(5):
        first = history.random.randint(0, 5)
        enter(announced, days(first), days(first, first + 1))
    with transaction.atomic():
        close_round(draw_round=announced, at=CLOSES)
    with transaction.atomic():
        run_draw(draw_round=DrawRound.objects.get(pk=announced.pk), at=DRAWN)
    history.answer()
    history.go_on(60)
    found = compared()
    # Who won is drawn anew each time: on, until something was passed on and enough days are kept.
    for _more in range(20):
        if found["recorded"] > 5 and WaitingEntry.objects.exclude(booking=None).exists():
            break
        history.go_on(20)
        found = compared()
    assert found["recorded"] > 5
    assert WaitingEntry.objects.exclude(booking=None).exists()
    assert found == AS_IT_WAS | {"recorded": found["recorded"], "same": found["recorded"]}


def test_nothing_asked_for_is_nothing_recorded(stay: Service) -> None:
    assert compared() == AS_IT_WAS | {"recorded": 0, "same": 0}


def test_more_slots_serve_who_waited_in_vain_and_lost_the_draw(stay: Service) -> None:
    announced = announce(stay)
    for _number in range(4):
        enter(announced, days(1))
    drawn(announced)
    for _number in range(2):
        book(stay, 9)
    wait(stay, 9, 9, moment=DRAWN + timedelta(minutes=1))
    known = recorded(FIRST, LAST)
    was = Replay(known.demand, known.world, seed="1").run()
    assert len(was.tally.unmet) == 3
    more = Replay(known.demand, changed(known.world, Changes(more_slots={"ward-centre": 2})), seed="1").run()
    assert more.tally.unmet == {}
    assert len(more.places.held) == 7


def test_how_many_families_ask_needs_no_more_queries(stay: Service) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            recorded(FIRST, LAST)
        return len(queries)

    announced = announce(stay)
    enter(announced, days(1))
    drawn(announced)
    book(stay, 9)
    few = asked()
    for number in range(5):
        book(stay, 10 + number)
    assert asked() == few
