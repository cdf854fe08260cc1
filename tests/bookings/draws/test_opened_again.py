"""What a calendar opens goes first to who stands in line or waits; who was taken out for a closure has her turn."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from bookings.cuts.whole_cut import Decisions, WishDecision, apply_whole_cut
from bookings.models import FreedPlace, Turn, WaitingEnd, WaitingEntry
from bookings.places.capacity import Cut, CutKind, Decision, Fate
from bookings.waiting.passing_on import pass_on_all
from facilities.models import Capacity, Closure, DayOverride, Service
from sankecare.errors import Refused
from tests import builders

from .factories_line import DRAWN, announce, book, days, decline, drawn, enter, held_for, in_drawn_order, wait

pytestmark = pytest.mark.django_db
ENDS = WishDecision(stays=False, message="配管の工事のため、お休みします。")


@pytest.fixture(autouse=True)
def rules() -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def stay() -> Service:
    return builders.service(slots=1)


def wider_by_an_override(stay: Service) -> None:
    DayOverride.objects.create(pool=stay.pool, day=days(0)[0], slots=2, source="staff", reason="増床")


def wider_by_its_capacity(stay: Service) -> None:
    row = Capacity.objects.get(pool=stay.pool)
    row.slots = 2
    row.save()


@pytest.mark.parametrize("widen", [wider_by_an_override, wider_by_its_capacity])
def test_a_place_that_the_calendar_adds_after_a_draw_is_the_next_losers_and_nobody_elses(
    stay: Service, widen: Any
) -> None:
    announced = announce(stay)
    for _family in range(2):
        enter(announced, days(0))
    drawn(announced)
    _winner, loser = in_drawn_order(announced)
    with time_machine.travel(DRAWN, tick=False):
        widen(stay)
    with pytest.raises(Refused, match="day_full"):
        book(stay, 0)
    pass_on_all(at=DRAWN)
    assert held_for(loser) is not None
    decline(held_for(loser))
    assert book(stay, 0)


def test_a_calendar_that_opens_nothing_holds_nothing_and_a_day_that_nobody_hopes_for_is_free_at_once(
    stay: Service,
) -> None:
    with time_machine.travel(DRAWN, tick=False):
        wider_by_its_capacity(stay)
    assert not FreedPlace.objects.exists()
    assert book(stay, 0)


def test_who_was_taken_out_for_a_closure_has_her_turn_back_when_the_days_are_open_again(stay: Service) -> None:
    announced = announce(stay)
    for _family in range(2):
        enter(announced, days(0))
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    booked = book(stay, 8)
    waits = wait(stay, 8, 8)
    cut = Cut(stay.pool, CutKind.CLOSURE, days(0)[0], days(8)[0], 0, "配管の工事")
    with time_machine.travel(DRAWN, tick=False), transaction.atomic():
        apply_whole_cut(
            cut=cut,
            decisions=Decisions(
                bookings={
                    row.pk: Decision(Fate.CANCEL, ENDS.message) for row in (winner.booking, booked) if row is not None
                },
                entries={loser.pk: ENDS},
                waits={waits.pk: ENDS},
            ),
            by=builders.user(),
            at=DRAWN,
        )
    assert ended(Turn.objects.get(entry=loser)) == ended(WaitingEntry.objects.get(pk=waits.pk)) == WaitingEnd.WARD
    with time_machine.travel(DRAWN, tick=False):
        Closure.objects.get(pool=stay.pool).delete()
    assert ended(Turn.objects.get(entry=loser)) == ended(WaitingEntry.objects.get(pk=waits.pk)) == ""
    with pytest.raises(Refused, match="day_full"):
        book(stay, 0, moment=_later())
    pass_on_all(at=_later())
    # The winner whose place the ward took stands before who lost; who waited for the other day has that.
    assert held_for(winner) is not None
    assert WaitingEntry.objects.get(pk=waits.pk).booking is not None


def ended(row: Turn | WaitingEntry) -> str:
    return row.ended_as


def _later() -> datetime:
    return DRAWN
