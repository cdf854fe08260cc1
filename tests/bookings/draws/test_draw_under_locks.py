"""抽選 and what changes while it is worked out: drawn is what is so once the places are locked, for a short time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings.draws import drawing, holding_awards
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.holding_awards import KnownOtherwise
from bookings.draws.published_draw import problems_of, published
from bookings.draws.round_entries import is_in_hand
from bookings.models import Booking, BookingState, DrawEntry, DrawRound, Outcome
from bookings.tasks import advance_draws
from enrollment.models import Registration, RegistrationState
from facilities.models import Capacity
from sankecare.errors import Refused
from sankecare.models import OutboxEntry
from tests.builders import A_DAY, at, draw_policy, family, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=1)), at(A_DAY + timedelta(days=2))


@pytest.fixture
def stay():
    usage_limits()
    draw_policy()
    return service(slots=2)


def closed_round(stay, entries=4, first=FIRST):
    """A round past its deadline, of so many entries for the places of one day."""
    announced = announce_round(
        pool=stay.pool,
        first_day=first,
        last_day=first + timedelta(days=1),
        opens_at=OPENS,
        closes_at=CLOSES,
        draw_at=DRAWN,
        by=None,
        at=OPENS,
    )
    for _ in range(entries):
        made = registration(family(account=user()))
        enter_draw(draw_round=announced, registration=made, choices=wished(announced, [first]), by=user(), at=OPENS)
    return close_round(draw_round=announced, at=CLOSES)


@pytest.fixture
def closed(stay):
    return closed_round(stay)


def once_looked(monkeypatch, name, change):
    """Have something change just after the draw looked at it, before it has locked anything."""
    look = getattr(drawing, name)

    def looked(*given):
        found = look(*given)
        change()
        return found

    monkeypatch.setattr(drawing, name, looked)


def outcomes():
    return sorted(DrawEntry.objects.values_list("outcome", flat=True))


def test_a_place_that_went_before_the_lock_is_not_drawn(closed, monkeypatch):
    once_looked(monkeypatch, "rooms_of", lambda: Capacity.objects.update(slots=1))
    done = run_draw(draw_round=closed, at=DRAWN)
    assert done.rooms[FIRST.isoformat()]["places"] == 1
    assert outcomes() == [Outcome.LOST, Outcome.LOST, Outcome.LOST, Outcome.WON]
    assert Booking.objects.count() == 1
    assert problems_of(published(done)) == []


def test_who_left_before_the_lock_takes_no_place_from_the_others(closed, monkeypatch):
    stays = DrawEntry.objects.order_by("pk").last().registration

    def all_others_leave():
        Registration.objects.exclude(pk=stays.pk).update(state=RegistrationState.ENDED)

    once_looked(monkeypatch, "counted", all_others_leave)
    done = run_draw(draw_round=closed, at=DRAWN)
    (booking,) = Booking.objects.all()
    assert (booking.registration, booking.state) == (stays, BookingState.OFFERED)
    assert problems_of(published(done)) == []


def refuse(*_given, **_named):
    raise Refused("day_full", "x")


def test_where_all_together_cannot_be_held_each_is_held_by_itself(closed, monkeypatch):
    monkeypatch.setattr(holding_awards, "hold_several", refuse)
    done = run_draw(draw_round=closed, at=DRAWN)
    assert outcomes() == [Outcome.LOST, Outcome.LOST, Outcome.WON, Outcome.WON]
    assert problems_of(published(done)) == []


def test_who_cannot_be_held_is_void_and_the_next_is_served(closed, monkeypatch):
    against = []

    def reserve(*, registration, **asked):
        against[:] = against or [registration.pk]
        if registration.pk in against:
            raise Refused("day_taken", "x")
        return booked(registration=registration, **asked)

    booked = holding_awards.reserve_days
    monkeypatch.setattr(holding_awards, "hold_several", refuse)
    monkeypatch.setattr(holding_awards, "reserve_days", reserve)
    done = run_draw(draw_round=closed, at=DRAWN)
    assert outcomes() == [Outcome.LOST, Outcome.VOID, Outcome.WON, Outcome.WON]
    void = DrawEntry.objects.get(outcome=Outcome.VOID)
    assert (void.registration_id, void.booking) == (against[0], None)
    assert done.usable == {void.sign: []}
    assert problems_of(published(done)) == []


def test_a_draw_that_finds_something_else_each_time_is_left_for_the_next_minute(closed, monkeypatch):
    def otherwise(_locked, _awards, _entries, known, _at):
        raise KnownOtherwise(known)

    monkeypatch.setattr(drawing, "hold_awards", otherwise)
    with pytest.raises(Refused, match="places_change"):
        run_draw(draw_round=closed, at=DRAWN)
    assert DrawRound.objects.get().drawn_at is None
    assert outcomes() == [""] * 4
    assert not OutboxEntry.objects.filter(kind=drawing.RESULT_MAIL).exists()


def test_the_places_are_locked_last_and_what_follows_is_the_same_for_many_as_for_few(stay):
    def statements(draw_round):
        with CaptureQueriesContext(connection) as captured:
            run_draw(draw_round=draw_round, at=DRAWN)
        return [query["sql"] for query in captured]

    few = statements(closed_round(stay, 4))
    many = statements(closed_round(stay, 12, FIRST + timedelta(days=7)))
    for said in (few, many):
        (locked,) = [place for place, sql in enumerate(said) if "facilities_placepool" in sql and "FOR NO KEY" in sql]
        before, after = said[:locked], said[locked:]
        assert any("sankecare_outboxentry" in sql and sql.lstrip().startswith("INSERT") for sql in before)
        assert any('UPDATE "bookings_drawentry"' in sql and "outcome" in sql for sql in before)
        assert not any("sankecare_outboxentry" in sql for sql in after)
        assert len(after) <= 16, after
    assert len(few) == len(many)


@pytest.mark.django_db(transaction=True)
def test_who_comes_while_a_round_is_in_hand_leaves_it_alone_and_nothing_is_logged_as_impossible(stay, caplog):
    with transaction.atomic():
        draw_round = closed_round(stay)
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        DrawRound.objects.select_for_update().get(pk=draw_round.pk)
        assert other.submit(_looks_from_outside, draw_round).result(20) is True
    assert not is_in_hand(draw_round)
    assert DrawRound.objects.get().drawn_at is None
    assert "draw_not_possible" not in caplog.text


def _looks_from_outside(draw_round):
    try:
        advance_draws()
        return is_in_hand(draw_round)
    finally:
        connection.close()
