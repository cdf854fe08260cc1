"""Leaving the line of a draw can be taken back for some minutes: the place in it is as it was."""

from datetime import timedelta

import pytest
from django.db import transaction

from bookings.models import DrawEntry, DrawPolicy, Turn, WaitingEnd
from bookings.places.offers import decline_offer, lapse_offers
from bookings.waiting.line import leave_line, stand_again
from bookings.waiting.passing_on import pass_on_all
from facilities.models import Service
from sankecare.errors import Refused
from tests import builders

from .factories_line import DRAWN, announce, days, drawn, enter

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = DRAWN + timedelta(hours=1)


@pytest.fixture
def stay(transactional_db: None) -> Service:
    builders.usage_limits()
    builders.draw_policy()
    DrawPolicy.objects.update(undo_minutes=10)
    return builders.service(slots=1)


@pytest.fixture
def turns(stay: Service) -> list[Turn]:
    """Two families in line behind the one that won the only place, in the drawn order."""
    announced = announce(stay)
    for _family in range(3):
        enter(announced, days(0))
    drawn(announced)
    return list(Turn.objects.order_by("order"))


def does(operation, turn: Turn, minutes: int) -> Turn:  # type: ignore[no-untyped-def]
    with transaction.atomic():
        return operation(turn=turn, at=LEFT + timedelta(minutes=minutes))  # type: ignore[no-any-return]


def the_winner_declines(at) -> None:  # type: ignore[no-untyped-def]
    won = DrawEntry.objects.get(turn=None).booking
    with transaction.atomic():
        decline_offer(booking=won, by=won.booked_by or builders.user(), at=at)
    lapse_offers(at=at + timedelta(minutes=11))
    pass_on_all(at=at + timedelta(minutes=11))


def test_who_stands_again_within_the_minutes_has_her_place_before_who_comes_after(turns: list[Turn]) -> None:
    first, second = turns
    does(leave_line, first, 0)
    assert does(stand_again, first, 10).ended_at is None
    assert does(stand_again, first, 10).order == first.order, "twice is once"
    the_winner_declines(LEFT + timedelta(minutes=12))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.booking is not None, second.booking) == (True, None)


def test_after_the_minutes_it_is_over_and_so_it_is_for_who_left_in_another_way(turns: list[Turn]) -> None:
    first, second = turns
    does(leave_line, first, 0)
    with pytest.raises(Refused) as late:
        does(stand_again, first, 11)
    Turn.objects.filter(pk=second.pk).update(ended_at=LEFT, ended_as=WaitingEnd.PASSED)
    with pytest.raises(Refused) as other:
        does(stand_again, second, 1)
    assert {late.value.code, other.value.code} == {"too_late_to_undo"}


def test_who_stands_again_after_the_place_went_on_takes_it_from_nobody(turns: list[Turn]) -> None:
    first, second = turns
    does(leave_line, first, 0)
    the_winner_declines(LEFT - timedelta(minutes=10))
    assert does(stand_again, first, 5).ended_at is None
    pass_on_all(at=LEFT + timedelta(minutes=6))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.booking, second.booking is not None) == (None, True)
