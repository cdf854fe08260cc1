"""Who stands in the line of a drawn round, until when, and what she and the others read of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings.models import (
    Booking,
    BookingState,
    DrawEntry,
    FreedPlace,
    LineOffer,
    Outcome,
    Turn,
    WaitingEnd,
    WhyAway,
)
from bookings.places.cancel import cancel_booking
from bookings.places.end_participation import leave_ward, move_within_ward
from bookings.places.joined_family import settle_bookings
from bookings.waiting import line as line_module
from bookings.waiting.counting import look_at_everybody_again
from bookings.waiting.line import leave_line
from bookings.waiting.line_queries import places_in_line
from bookings.waiting.passing_on import pass_on, pass_on_all
from enrollment.confidential import Address
from facilities.models import Service
from reports.invariants import broken_invariants
from sankecare.errors import Refused
from tests import builders
from tests.builders import A_DAY, at

from .factories_line import (
    DRAWN,
    FIRST,
    OPENS,
    accept,
    announce,
    book,
    days,
    decline,
    drawn,
    enter,
    held_for,
    in_drawn_order,
    wait,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules() -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def stay() -> Service:
    return builders.service(slots=1)


# ---- Who stands in it


def test_who_does_not_stay_in_line_is_offered_nothing(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0), stays_in_line=False)
    drawn(announced)
    assert not Turn.objects.exists()
    decline(Booking.objects.get())
    assert not FreedPlace.objects.exists()
    assert pass_on_all(at=DRAWN) == 0
    assert book(stay, 0)


def test_she_leaves_the_line_but_answers_an_open_offer_first(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0))
    drawn(announced)
    winner, second, third = in_drawn_order(announced)
    decline(winner.booking)
    pass_on_all(at=DRAWN)
    with pytest.raises(Refused, match="place_offered"), transaction.atomic():
        leave_line(turn=Turn.objects.get(entry=second), at=DRAWN)
    with transaction.atomic():
        assert leave_line(turn=Turn.objects.get(entry=third), at=DRAWN).ended_as == WaitingEnd.LEFT
    offer = held_for(second)
    assert offer is not None
    decline(offer)
    assert pass_on_all(at=DRAWN) == 0


def test_who_may_not_use_the_days_any_more_is_passed_over_hears_why_and_keeps_her_turn(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0))
    drawn(announced)
    winner, moved, third = in_drawn_order(announced)
    with transaction.atomic():
        leave_ward(family=moved.registration.birth.family, last_day=A_DAY, by=builders.user(), at=DRAWN)
    decline(winner.booking)
    pass_on_all(at=DRAWN)
    moved.refresh_from_db()
    assert (held_for(moved), moved.away_why) == (None, WhyAway.RESIDENCY)
    offer = held_for(third)
    assert offer is not None
    with transaction.atomic():
        move_within_ward(
            family=moved.registration.birth.family,
            address=Address(builders.town(), 1, 1),
            from_day=A_DAY + timedelta(days=5),
            by=builders.user(),
            at=DRAWN,
        )
    decline(offer)
    pass_on_all(at=DRAWN)
    assert held_for(moved) is not None
    moved.refresh_from_db()
    assert moved.away_why == ""


def test_however_many_may_not_use_it_the_next_one_who_may_is_offered_it_in_the_same_pass(
    stay: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "AT_ONCE", 2)
    announced = announce(stay)
    for _ in range(8):
        enter(announced, days(0))
    drawn(announced)
    winner, *gone, last = in_drawn_order(announced)
    for entry in gone:
        with transaction.atomic():
            leave_ward(family=entry.registration.birth.family, last_day=A_DAY, by=builders.user(), at=DRAWN)
    decline(winner.booking)
    assert [turn.entry_id for turn in pass_on(stay.pool_id, DRAWN)] == [last.pk]  # type: ignore[union-attr]
    assert not FreedPlace.objects.filter(passed_on_at=None).exists()


def test_while_others_come_after_the_first_few_what_is_left_stays_on_its_way(
    stay: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that ends between two of them has given nothing away: the place is still nobody's."""
    monkeypatch.setattr(line_module, "AT_ONCE", 1)
    announced = announce(stay)
    for _ in range(4):
        enter(announced, days(0))
    drawn(announced)
    winner, gone, second, _third = in_drawn_order(announced)
    with transaction.atomic():
        leave_ward(family=gone.registration.birth.family, last_day=A_DAY, by=builders.user(), at=DRAWN)
    decline(winner.booking)
    calls = []

    def dies(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return served(*given, **named)

    served = line_module.offer_in_order
    monkeypatch.setattr("bookings.waiting.passing_on.offer_in_order", dies)
    with pytest.raises(KeyboardInterrupt):
        pass_on(stay.pool_id, DRAWN)
    assert FreedPlace.objects.filter(passed_on_at=None).count() == 1
    with pytest.raises(Refused, match="day_full"):
        book(stay, 0)
    pass_on_all(at=DRAWN)
    assert held_for(second) is not None


def test_the_line_ends_with_its_days_and_what_begins_too_soon_is_not_offered(stay: Service) -> None:
    announced = announce(stay)
    enter(announced, days(0, 1), least_days=1)
    enter(announced, days(0, 1), least_days=1)
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    accept(winner.booking)
    eve = at(days(0)[0] - timedelta(days=1), 22)
    with transaction.atomic():
        cancel_booking(booking=winner.booking, by=builders.user(), at=eve)
    pass_on_all(at=eve)
    offer = held_for(loser)
    assert offer is not None
    assert [row.day for row in offer.days.all()] == [days(1)[0]]  # two hours are too few for the first day
    decline(offer, eve)
    end = at(days(6)[0])
    Turn.objects.update(ended_at=None, ended_as="", booking=None)
    pass_on_all(at=end)
    assert Turn.objects.get().ended_as == WaitingEnd.PASSED


def test_who_waited_before_the_days_were_to_be_drawn_does_not_take_them_from_the_draw(stay: Service) -> None:
    booked = book(stay, 0, moment=OPENS)
    waits = wait(stay, 0, 0, moment=OPENS)
    announced = announce(stay)
    enter(announced, days(0))
    with transaction.atomic():
        cancel_booking(booking=booked, by=builders.user(), at=OPENS)
    assert pass_on_all(at=OPENS) == 0
    drawn(announced)
    assert DrawEntry.objects.get().outcome == Outcome.WON
    decline(Booking.objects.get(state=BookingState.OFFERED))
    assert pass_on_all(at=DRAWN) == 1
    waits.refresh_from_db()
    assert waits.booking is not None


def test_a_place_that_a_wider_calendar_brings_goes_to_the_line(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(2):
        enter(announced, days(0))
    drawn(announced)
    stay.pool.capacitys.update(slots=2)
    assert pass_on_all(at=DRAWN) == 1
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 2


def test_every_night_it_is_looked_at_again_who_in_line_may_use_the_days(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(2):
        enter(announced, days(0))
    drawn(announced)
    _winner, loser = in_drawn_order(announced)
    loser.registration.state = "ended"
    loser.registration.save(update_fields=["state"])
    assert look_at_everybody_again(at=DRAWN) == 1
    loser.refresh_from_db()
    assert loser.away_why == WhyAway.NOT_REGISTERED
    assert look_at_everybody_again(at=DRAWN) == 0


def test_an_offer_that_falls_away_leaves_her_in_line_and_goes_on(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0))
    drawn(announced)
    winner, second, third = in_drawn_order(announced)
    decline(winner.booking)
    pass_on_all(at=DRAWN)
    with transaction.atomic():
        leave_ward(family=second.registration.birth.family, last_day=A_DAY, by=builders.user(), at=DRAWN)
    second.refresh_from_db()
    turn = Turn.objects.get(entry=second)
    assert (turn.booking, turn.ended_at, second.away_why) == (None, None, WhyAway.RESIDENCY)
    pass_on_all(at=DRAWN)
    assert held_for(third) is not None
    assert broken_invariants(DRAWN) == []


def test_joined_into_one_family_it_stands_in_line_once_at_the_better_place(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(4):
        enter(announced, days(0))
    drawn(announced)
    _winner, second, _third, fourth = in_drawn_order(announced)
    kept = second.registration.birth.family
    fourth.registration.birth.family = kept
    fourth.registration.birth.save()
    with transaction.atomic():
        settle_bookings(kept, builders.user(), DRAWN)
    assert Turn.objects.get(entry=second).ended_at is None
    assert Turn.objects.get(entry=fourth).ended_as == WaitingEnd.LEFT


# ---- What she and the others read


def test_her_page_knows_her_place_in_line_in_a_fixed_number_of_queries(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(6):
        enter(announced, days(0))
    drawn(announced)
    winner, second, third, *_rest, last = in_drawn_order(announced)
    with CaptureQueriesContext(connection) as one:
        assert places_in_line([last.pk])[last.pk].number == 5
    decline(winner.booking)
    pass_on_all(at=DRAWN)
    with CaptureQueriesContext(connection) as several:
        shown = places_in_line([winner.pk, second.pk, third.pk, last.pk])
    assert len(one) == len(several) == 2
    assert winner.pk not in shown
    assert (shown[second.pk].stands, shown[second.pk].offer) == (False, held_for(second))
    assert (shown[third.pk].number, shown[third.pk].standing, shown[last.pk].number) == (1, 4, 4)
    offer = held_for(second)
    assert offer is not None
    decline(offer)
    ended = places_in_line([second.pk])[second.pk]
    assert (ended.ended_as, ended.stands) == (WaitingEnd.DECLINED, False)


def test_nobody_moves_up_in_the_table_and_what_was_offered_stays(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0))
    drawn(announced)
    decline(Booking.objects.get())
    pass_on_all(at=DRAWN)
    for change in (
        lambda: Turn.objects.update(order=1),
        lambda: Turn.objects.all().delete(),
        lambda: LineOffer.objects.update(days=[FIRST]),
        lambda: LineOffer.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
