"""列: what comes free of a drawn round goes to who lost, in the drawn order; then to who waits; then to everybody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from bookings.draws.counting import wish_of
from bookings.draws.draw import Room, serve
from bookings.draws.published_draw import problems_of, published
from bookings.models import (
    Booking,
    BookingState,
    DrawEntry,
    DrawRound,
    FreedPlace,
    LineOffer,
    Outcome,
    Turn,
    WaitingEnd,
)
from bookings.places.cancel import cancel_booking
from bookings.places.change import shorten_booking
from bookings.places.offers import lapse_offers
from bookings.places.queries import places_on
from bookings.waiting.passing_on import pass_on, pass_on_all
from facilities.models import Service, ServiceKind
from reports.invariants import broken_invariants
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders

from .factories_line import (
    DRAWN,
    LAPSED,
    accept,
    announce,
    book,
    days,
    decline,
    drawn,
    enter,
    held_for,
    in_drawn_order,
    registered,
    wait,
    wishes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rules() -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def stay() -> Service:
    return builders.service(slots=1)


# ---- The order


@pytest.mark.parametrize("how", ["declined", "lapsed", "cancelled", "accepted and given back", "shortened"])
def test_what_winners_give_up_is_the_next_losers_in_the_drawn_order(stay: Service, how: str) -> None:
    announced = announce(stay)
    for _ in range(4):
        enter(announced)
    drawn(announced)
    winner, second, third, _fourth = in_drawn_order(announced)
    moment = DRAWN
    if how == "declined":
        decline(winner.booking)
    elif how == "lapsed":
        moment = LAPSED
        assert lapse_offers(at=moment) == [winner.booking]
    elif how == "cancelled":
        with transaction.atomic():
            cancel_booking(booking=winner.booking, by=builders.mother_of(winner.booking), at=moment)
    else:
        accept(winner.booking)
        with transaction.atomic():
            if how == "shortened":
                DrawEntry.objects.exclude(pk=winner.pk).update(least_days=1)
                shorten_booking(booking=winner.booking, last_day=days(0)[0], by=builders.user(), at=moment)
            else:
                cancel_booking(booking=winner.booking, by=builders.user(), at=moment)
    assert pass_on_all(at=moment) == 1
    offer = held_for(second)
    assert offer is not None
    assert [row.day for row in offer.days.all()] == list(days(1) if how == "shortened" else days(0, 1))
    assert (offer.state, offer.offered_until) == (BookingState.OFFERED, moment + timedelta(hours=24))
    assert held_for(third) is None
    second.refresh_from_db()
    assert (second.outcome, second.booking) == (Outcome.LOST, None)  # what the draw gave stays as it was drawn
    assert broken_invariants(moment) == []


def test_an_offer_has_its_own_answer_and_goes_on_until_somebody_takes_it(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(4):
        enter(announced)
    drawn(announced)
    winner, second, third, fourth = in_drawn_order(announced)
    decline(winner.booking)
    pass_on_all(at=DRAWN)
    offer = held_for(second)
    assert offer is not None
    decline(offer)
    pass_on_all(at=DRAWN)
    offer = held_for(third)
    assert offer is not None
    later = DRAWN + timedelta(hours=24, minutes=1)
    assert lapse_offers(at=later) == [offer]
    pass_on_all(at=later)
    offer = held_for(fourth)
    assert offer is not None
    assert accept(offer, later).state == BookingState.BOOKED
    assert [Turn.objects.get(entry=row).ended_as for row in (second, third, fourth)] == [
        WaitingEnd.DECLINED,
        WaitingEnd.LAPSED,
        WaitingEnd.PLACED,
    ]
    published_now = published(DrawRound.objects.get(pk=announced.pk))
    shown = published_now["line"]
    assert problems_of(published_now) == []
    assert [(row["sign"], row["service"]) for row in shown] == [
        (row.sign, stay.slug) for row in (second, third, fourth)
    ]
    assert shown[0]["days"] == [str(day) for day in days(0, 1)]
    assert broken_invariants(later) == []


def test_46_winners_let_their_days_lapse_and_the_losers_hear_of_each_in_small(stay: Service) -> None:
    """Seen: 46 winners let 105 days lapse, none of 554 losers heard, a family without an entry took the best day."""
    stay.pool.capacitys.update(slots=3)
    announced = announce(stay)
    for number in range(24):
        start = number % 6
        enter(announced, days(start, start + 1), least_days=1)
    drawn(announced)
    lost = [entry for entry in in_drawn_order(announced) if entry.outcome == Outcome.LOST]
    winners = DrawEntry.objects.exclude(booking=None).count()
    assert (winners + len(lost), len(lost) > 3) == (24, True)
    mail.outbox.clear()
    assert len(lapse_offers(at=LAPSED)) == winners
    walks_in = registered()
    for number in range(7):
        with pytest.raises(Refused, match="day_full"):
            book(stay, number, of=walks_in, moment=LAPSED)
    pass_on_all(at=LAPSED)
    everything = {day: Room(3, 2) for day in days(*range(7))}
    expected = {award.sign: award.days for award in serve([wish_of(row) for row in lost], everything) if award.days}
    assert {row.entry.sign: tuple(row.days) for row in LineOffer.objects.select_related("entry")} == expected
    outbox.take_all(at=LAPSED + timedelta(minutes=1))
    assert sum("/offer/" in sent.body for sent in mail.outbox) == len(expected)
    assert broken_invariants(LAPSED) == []
    held = [day for given in expected.values() for day in given]
    for number, day in enumerate(days(*range(7))):  # what nobody in line can use is everybody's
        if held.count(day) < 3:
            assert book(stay, number, moment=LAPSED)


def test_a_family_without_an_entry_cannot_take_a_day_while_somebody_in_line_can_use_it(stay: Service) -> None:
    announced = announce(stay)
    enter(announced, days(0))
    enter(announced, days(0))
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    decline(winner.booking)
    assert FreedPlace.objects.filter(passed_on_at=None).count() == 1
    for moment in (DRAWN, DRAWN + timedelta(hours=1)):
        with pytest.raises(Refused, match="day_full"):
            book(stay, 0, moment=moment)
        pass_on_all(at=moment)
    offer = held_for(loser)
    assert offer is not None
    decline(offer)
    assert not FreedPlace.objects.filter(passed_on_at=None).exists()  # nobody is left in line: it is free at once
    assert book(stay, 0)


def test_days_of_which_too_few_are_free_for_who_stands_in_line_are_free_for_everybody(stay: Service) -> None:
    announced = announce(stay)
    enter(announced, days(0))
    enter(announced, days(0))
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    book(stay, 1)
    wishes(loser, days(0, 1))
    decline(winner.booking)
    assert pass_on(stay.pool_id, DRAWN) == []
    assert held_for(loser) is None
    assert [row.free for row in places_on(stay.pool_id, days(0, 1))] == [1, 0]
    assert book(stay, 0)


def test_who_stands_in_line_comes_before_who_waits_and_who_waits_comes_next(stay: Service) -> None:
    announced = announce(stay)
    enter(announced, days(0))
    enter(announced, days(0))
    drawn(announced)
    waits = wait(stay, 0, 0)
    winner, loser = in_drawn_order(announced)
    decline(winner.booking)
    assert [type(row) for row in pass_on(stay.pool_id, DRAWN)] == [Turn]
    offer = held_for(loser)
    assert offer is not None
    decline(offer)
    assert pass_on(stay.pool_id, DRAWN) == [waits]
    assert broken_invariants(DRAWN) == []


def test_one_pass_gives_to_the_line_and_what_is_left_to_who_waits(stay: Service) -> None:
    announced = announce(stay)
    enter(announced)
    enter(announced)
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    wishes(loser, days(0))
    waits = wait(stay, 1, 1)
    decline(winner.booking)
    assert pass_on(stay.pool_id, DRAWN) == [Turn.objects.get(entry=loser), waits]


def test_the_line_is_served_from_all_services_of_the_places(stay: Service) -> None:
    day_care = builders.service(ServiceKind.DAY_CARE, stay.pool)
    announced = announce(stay)
    for service in (stay, day_care):
        enter(announced, days(0), service=service.slug)
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    decline(winner.booking)
    pass_on_all(at=DRAWN)
    offer = held_for(loser)
    assert offer is not None
    assert offer.service.slug == loser.choices[0]["service"]


def test_a_second_choice_and_a_part_are_offered_as_the_draw_would_give_them(stay: Service) -> None:
    announced = announce(stay)
    enter(announced, days(0, 1, 2))
    enter(announced, days(0, 1, 2))
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    wishes(loser, days(0, 1, 2), days(1, 2, 3), least_days=2)
    accept(winner.booking)
    with transaction.atomic():
        shorten_booking(booking=winner.booking, last_day=days(0)[0], by=builders.user(), at=DRAWN)
    pass_on_all(at=DRAWN)
    offer = held_for(loser)
    assert offer is not None
    assert [row.day for row in offer.days.all()] == list(days(1, 2, 3))
    decline(offer)
    Turn.objects.update(ended_at=None, ended_as="", booking=None)
    book(stay, 3)
    pass_on_all(at=DRAWN)
    part = held_for(loser)
    assert part is not None
    assert [row.day for row in part.days.all()] == list(days(1, 2))


def test_without_a_room_for_the_elder_child_it_is_offered_without_where_she_said_so(stay: Service) -> None:
    stay.pool.capacitys.update(slots=2)
    stay.terms.update(sibling_rooms=1)
    announced = announce(stay)
    families = [registered() for _ in range(3)]
    for made in families:
        child = builders.sibling(made.birth.family)
        enter(announced, days(0), of=made, sibling=child, or_without=True)
    drawn(announced)
    *_winners, loser = in_drawn_order(announced)
    without = Booking.objects.get(sibling=None)
    decline(without)
    pass_on_all(at=DRAWN)
    offer = held_for(loser)
    assert offer is not None
    assert (offer.sibling, offer.days.get().with_sibling) == (None, False)
