"""A baby died while its family stood on the list of a draw: she is given nothing, others are, all can be checked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.published_draw import problems_of, published
from bookings.hard_news.tell import tell_hard_news
from bookings.models import Booking, BookingState, Outcome, Turn
from bookings.waiting.counting import look_at_everybody_again
from bookings.waiting.passing_on import pass_on_all
from enrollment.hard_news.note import end_hard_news, open_news
from enrollment.models import HardNewsKind
from facilities.models import Service
from sankecare import outbox
from tests import builders

from .factories_line import CLOSES, DRAWN, announce, days, enter

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = CLOSES + timedelta(hours=1)


@pytest.fixture
def stay(transactional_db: None) -> Service:
    builders.usage_limits()
    builders.draw_policy()
    return builders.service(slots=2)


def test_who_told_hard_news_after_the_deadline_is_given_nothing_and_the_place_goes_on(stay: Service) -> None:
    announced = announce(stay)
    entries = [enter(announced, days(0)) for _family in range(3)]
    with transaction.atomic():
        announced = close_round(draw_round=announced, at=CLOSES)
    hers, *others = entries
    family = hers.registration.birth.family
    with transaction.atomic():
        tell_hard_news(family=family, kind=HardNewsKind.LOST, wants_call=True, by=family.account, at=TOLD)
    with transaction.atomic():
        announced = run_draw(draw_round=announced, at=DRAWN)
    for entry in entries:
        entry.refresh_from_db()
    assert [entry.outcome for entry in entries] == [Outcome.AWAY, Outcome.WON, Outcome.WON]
    assert set(Booking.objects.values_list("registration", flat=True)) == {one.registration_id for one in others}
    assert problems_of(published(announced)) == []
    mail.outbox.clear()
    outbox.take_all(at=DRAWN)
    assert family.account.email not in {address for one in mail.outbox for address in one.to}


def test_her_turn_is_passed_over_until_the_news_has_ended(stay: Service) -> None:
    announced = announce(stay)
    (hers,) = [enter(announced, days(0))]
    with transaction.atomic():
        announced = close_round(draw_round=announced, at=CLOSES)
    family = hers.registration.birth.family
    with transaction.atomic():
        tell_hard_news(family=family, kind=HardNewsKind.HOSPITAL, wants_call=False, by=family.account, at=TOLD)
        run_draw(draw_round=announced, at=DRAWN)
    later = DRAWN + timedelta(hours=1)
    look_at_everybody_again(at=later)
    pass_on_all(at=later)
    assert not Booking.objects.exists()
    assert Turn.objects.get().ended_at is None
    with transaction.atomic():
        end_hard_news(news=open_news(family), by=family.account, at=later)
    look_at_everybody_again(at=later)
    pass_on_all(at=later)
    assert Booking.objects.get().state == BookingState.OFFERED
