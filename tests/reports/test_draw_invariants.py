"""The nightly look at draws, lines and waits: silent where all is well, loud for each thing once it is forced."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from bookings.models import DrawEntry, DrawRound, FreedPlace, Turn, UsageLimits
from bookings.waiting.counting import look_at_everybody_again
from bookings.waiting.passing_on import pass_on_all
from enrollment.models import Registration, RegistrationState, Residence
from facilities.models import Closure, Service
from reports.invariants import PLACE_FREE, broken_invariants
from tests import builders
from tests.as_owner import as_owner
from tests.bookings.draws.factories_line import (
    CLOSES,
    DRAWN,
    OPENS,
    announce,
    book,
    close_round,
    days,
    decline,
    drawn,
    enter,
    in_drawn_order,
    registered,
    wait,
)

pytestmark = pytest.mark.django_db
LATER = DRAWN + timedelta(hours=1)


@pytest.fixture(autouse=True)
def rules() -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def stay() -> Service:
    return builders.service(slots=1)


def found(at: datetime = LATER) -> set[str]:
    return {broken.what for broken in broken_invariants(at)}


def force(table: str, statement: str) -> None:
    """Write what the database refuses, as its owner may."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def line_of(stay: Service, families: int = 3) -> tuple[DrawRound, list[DrawEntry]]:
    """A drawn round of one place with one winner and a line."""
    announced = announce(stay)
    for _ in range(families):
        enter(announced, days(0))
    drawn(announced)
    return announced, in_drawn_order(announced)


def test_over_a_round_from_its_entries_to_its_line_nothing_is_found(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0), days(3, 4), least_days=1)
    assert found(OPENS) == set()
    with transaction.atomic():
        close_round(draw_round=announced, at=CLOSES)
    assert found(CLOSES) == set()
    drawn(announced)
    wait(stay, 0, 0)
    assert found() == set()
    decline(in_drawn_order(announced)[0].booking)
    assert found() == {"freed_place_not_passed_on"}  # an hour later nobody has passed it on
    pass_on_all(at=LATER)
    assert found() == set()


def test_a_place_free_while_somebody_stands_in_line_is_found(stay: Service) -> None:
    _announced, (winner, *_losers) = line_of(stay)
    decline(winner.booking)
    FreedPlace.objects.all().delete()
    assert {PLACE_FREE, "won_place_not_passed_on"} <= found()
    (broken,) = (row for row in broken_invariants(LATER) if row.what == PLACE_FREE)
    assert broken.count == 2
    pass_on_all(at=LATER)
    assert PLACE_FREE not in found()


def test_a_place_free_while_somebody_waits_is_found_and_not_where_she_may_not_use_it(stay: Service) -> None:
    book(stay, 0)
    waits = wait(stay, 0, 0)
    assert found() == set()
    stay.pool.capacitys.update(slots=2)
    assert found() == {PLACE_FREE}
    book(stay, 3, of=waits.registration)
    UsageLimits.objects.update(days_per_birth=1)  # the one day is booked: none is left for what she waits for
    assert PLACE_FREE not in found()


def test_a_place_that_nobody_could_answer_for_in_time_may_be_free(stay: Service) -> None:
    book(stay, 0)
    wait(stay, 0, 0)
    stay.pool.capacitys.update(slots=2)
    evening = builders.at(days(0)[0] - timedelta(days=1), 21)
    assert PLACE_FREE in found(evening)
    assert PLACE_FREE not in found(evening + timedelta(minutes=1))


def test_of_a_part_the_days_that_are_enough_for_who_stands_in_line_are_found(stay: Service) -> None:
    _announced, (_winner, loser, *_rest) = line_of(stay, 2)
    wished = [{"service": stay.slug, "days": [str(day) for day in days(0, 1, 2)]}]
    DrawEntry.objects.filter(pk=loser.pk).update(choices=wished)
    assert PLACE_FREE not in found()  # the first day is held: the whole is not free
    DrawEntry.objects.filter(pk=loser.pk).update(least_days=2)
    assert PLACE_FREE in found()
    DrawEntry.objects.filter(pk=loser.pk).update(least_days=3)
    assert PLACE_FREE not in found()


def test_waiting_for_a_closed_day_is_found_until_it_is_looked_at(stay: Service) -> None:
    book(stay, 0)
    wait(stay, 0, 1)
    Closure.objects.create(pool=stay.pool, period=(days(1)[0], days(2)[0]), reason="改修")
    assert "waits_for_a_closed_day" in found()
    look_at_everybody_again(at=LATER)
    assert "waits_for_a_closed_day" not in found()


def test_being_entered_or_in_line_for_closed_days_alone_is_found_until_it_is_looked_at(stay: Service) -> None:
    _announced, (winner, *_losers) = line_of(stay)
    coming = announce(stay, days(7)[0])
    enter(coming, days(7))
    enter(coming, days(7), days(9))
    force("bookings_bookingday", "DELETE FROM bookings_bookingday")
    for day in (0, 7):
        Closure.objects.create(pool=stay.pool, period=(days(day)[0], days(day + 1)[0]), reason="改修")
    (broken,) = (row for row in broken_invariants(LATER) if row.what == "entered_for_closed_days_alone")
    assert broken.count == 3
    assert winner.booking is not None
    look_at_everybody_again(at=LATER)
    assert "entered_for_closed_days_alone" not in found()


@pytest.mark.parametrize("how", ["ended", "moved out", "too old"])
def test_waiting_or_being_entered_without_the_right_to_use_the_days_is_found(stay: Service, how: str) -> None:
    coming = announce(stay, days(7)[0])
    entry = enter(coming, days(7))
    book(stay, 0, moment=OPENS)
    waits = wait(stay, 0, 0, moment=OPENS)
    families = [entry.registration, waits.registration]
    assert found(OPENS) == set()
    if how == "ended":
        Registration.objects.filter(pk__in=[row.pk for row in families]).update(state=RegistrationState.ENDED)
    elif how == "moved out":
        for row in families:
            Residence.objects.filter(family=row.birth.family).update(period=(builders.LONG_AGO, OPENS.date()))
            Registration.objects.filter(pk=row.pk).update(usable_until=OPENS.date() - timedelta(days=1))
    else:
        for row in families:
            row.birth.infants.update(birth_date=OPENS.date() - timedelta(days=121))
    assert {"waits_and_may_not_use_the_days", "entered_and_may_use_none_of_the_days"} <= found(OPENS)
    look_at_everybody_again(at=OPENS)
    assert {"waits_and_may_not_use_the_days", "entered_and_may_use_none_of_the_days"} & found(OPENS) == set()


def test_a_winner_without_a_place_is_found(stay: Service) -> None:
    line_of(stay)
    DrawEntry.objects.filter(outcome="won").update(booking=None)
    assert "winner_without_a_place" in found()


def test_a_won_place_that_ended_and_was_passed_on_to_nobody_is_found_even_where_it_was_booked_since(
    stay: Service,
) -> None:
    _announced, (winner, *_losers) = line_of(stay)
    decline(winner.booking)
    FreedPlace.objects.all().delete()
    book(stay, 0, of=registered())
    assert found() == {"won_place_not_passed_on"}


@pytest.mark.parametrize("how", ["a winner in line", "in line with two entries"])
def test_a_family_twice_in_one_round_is_found(stay: Service, how: str) -> None:
    _announced, (winner, second, third) = line_of(stay)
    if how == "a winner in line":
        Turn.objects.create(entry=winner, order=9, since=DRAWN)
    else:
        third.registration.birth.family = second.registration.birth.family
        third.registration.birth.save()
    assert "twice_in_one_round" in found()


def test_a_loser_without_a_turn_is_found(stay: Service) -> None:
    line_of(stay)
    force("bookings_turn", "DELETE FROM bookings_turn WHERE id = (SELECT min(id) FROM bookings_turn)")
    assert "lost_and_not_in_line" in found()
