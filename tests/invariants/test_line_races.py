"""Lines and draws under race: lapse against decline, several who pass on, a closure against a draw, deaths between."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw import Choice
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.models import (
    Booking,
    BookingState,
    DrawEntry,
    DrawPolicy,
    DrawRound,
    FreedPlace,
    LineOffer,
    Turn,
    WaitingEnd,
)
from enrollment.models import Registration
from tests import builders
from tests.invariants.race_jobs import DONE
from tests.invariants.race_ward import ASKED_AT, MONDAY, WEEK, Ward, booked_on
from tests.invariants.racers import Job, Starter
from tests.invariants.test_deaths import KILLED, killed
from tests.invariants.test_races import nothing_impossible

NOW = datetime.fromisoformat(ASKED_AT)
ROUNDS = 3


@pytest.fixture
def ward(transactional_db: None, policy: DrawPolicy) -> Ward:
    return Ward(slots=1)


def announced(ward: Ward, families: int, *, days: Any = (MONDAY,)) -> DrawRound:
    """A round of the week whose draw is due, with as many families that wish these days."""
    with transaction.atomic():
        found = announce_round(
            pool=ward.pool,
            first_day=MONDAY,
            last_day=WEEK[6],
            opens_at=NOW - timedelta(days=3),
            closes_at=NOW - timedelta(days=1),
            draw_at=NOW - timedelta(hours=1),
            by=ward.staff,
            at=NOW - timedelta(days=3),
        )
    for _ in range(families):
        mother = builders.user(Role.MOTHER, email=f"d{Registration.objects.count()}@example.jp")
        with transaction.atomic():
            enter_draw(
                draw_round=found,
                registration=builders.registration(builders.family(account=mother)),
                choices=[Choice(ward.service.slug, tuple(days))],
                by=ward.staff,
                at=NOW - timedelta(days=2),
            )
    return found


def drawn(ward: Ward, families: int, *, days: Any = (MONDAY,)) -> DrawRound:
    found = announced(ward, families, days=days)
    for operation in (close_round, run_draw):
        with transaction.atomic():
            found = operation(draw_round=found, at=NOW)  # type: ignore[operator]
    return found


def turns() -> list[Turn]:
    return list(Turn.objects.order_by("order"))


PASS_ON: Job = {"do": "pass_on", "at": ASKED_AT}


def test_of_an_answer_no_answer_and_many_who_pass_on_each_place_goes_to_the_next_in_line_once(
    starter: Starter, ward: Ward
) -> None:
    drawn(ward, 2 + 3 * ROUNDS)
    for _ in range(ROUNDS):
        offer = Booking.objects.get(state=BookingState.OFFERED)
        assert offer.offered_until is not None
        late = (offer.offered_until + timedelta(minutes=1)).isoformat()
        jobs = [ward.does("decline", booking=offer.pk), {"do": "lapse", "at": late}]
        jobs += [PASS_ON] * 3 + [ward.wants([MONDAY]) for _ in range(4)]
        ends = starter.race(jobs)
        assert not [end for end in ends if end.startswith("broke")]
        assert ends[0] in (DONE, "not_offered")
        assert set(ends[5:]) == {"day_full"}  # while somebody stands in line nobody else walks in
        starter.race([PASS_ON])
        offer.refresh_from_db()
        assert offer.state == BookingState.CANCELLED
        assert booked_on(ward.pool) == {MONDAY: 1}
        # Who was asked stood at the front, each once; the next one holds the place.
        asked = [turn for turn in turns() if turn.ended_as or turn.booking_id]
        assert asked == turns()[: len(asked)]
        assert LineOffer.objects.count() == len(asked)
        assert asked[-1].booking_id == Booking.objects.get(state=BookingState.OFFERED).pk
        assert {turn.ended_as for turn in asked[:-1]} <= {WaitingEnd.DECLINED, WaitingEnd.LAPSED}
    assert not FreedPlace.objects.filter(passed_on_at__isnull=True).exists()
    nothing_impossible(ward)


def test_several_places_at_once_go_to_as_many_in_line_by_several_workers(starter: Starter, ward: Ward) -> None:
    ward.pool.capacitys.update(slots=4)
    ward.slots = dict.fromkeys(WEEK, 4)
    drawn(ward, 10)
    offers = list(Booking.objects.filter(state=BookingState.OFFERED))
    assert len(offers) == 4
    ends = starter.race([*(ward.does("decline", booking=row.pk) for row in offers), *[PASS_ON] * 4])
    assert ends == [DONE] * 8
    starter.race([PASS_ON] * 2)
    offered = [turn.order for turn in turns() if turn.booking_id]
    assert offered == [5, 6, 7, 8]
    assert booked_on(ward.pool) == {MONDAY: 4}
    nothing_impossible(ward)


def test_the_line_survives_a_death_at_every_step(starter: Starter, ward: Ward) -> None:
    drawn(ward, 3)
    offer = Booking.objects.get(state=BookingState.OFFERED)

    # The winner declines, and the process dies before it passes the place on: nobody who walks in gets it.
    declines = ward.does("decline", booking=offer.pk)
    assert starter.race([killed("before what came free is passed on", declines)]) == [KILLED]
    assert starter.race([ward.wants([MONDAY])]) == ["day_full"]

    # The next one dies while it makes the offer: nothing of it stands, the place is still on its way.
    assert starter.race([killed("before the family is told", PASS_ON)]) == [KILLED]
    assert (booked_on(ward.pool), LineOffer.objects.count()) == ({}, 0)
    assert starter.race([ward.wants([MONDAY])]) == ["day_full"]

    # Whoever comes next offers it to the first in line, once, however many come.
    assert starter.race([PASS_ON] * 4) == [DONE] * 4
    assert [turn.booking_id is not None for turn in turns()] == [True, False]

    # Nobody answers, and the process that takes it back dies: then it goes to the second.
    late = (NOW + timedelta(hours=25)).isoformat()
    assert starter.race([killed("before what came free is passed on", {"do": "lapse", "at": late})]) == [KILLED]
    assert starter.race([{"do": "pass_on", "at": late}]) == [DONE]
    assert [turn.ended_as for turn in turns()] == [WaitingEnd.LAPSED, ""]
    assert turns()[1].booking is not None
    nothing_impossible(ward)


def test_a_closure_and_a_draw_at_once_end_with_a_closed_day_or_with_offers_that_it_has_to_decide_for(
    starter: Starter, ward: Ward
) -> None:
    found = announced(ward, 4)
    with transaction.atomic():
        close_round(draw_round=found, at=NOW)
    entries = list(DrawEntry.objects.values_list("pk", flat=True))
    closing = ward.does("close_whole", pool=ward.pool.pk, day=MONDAY, entries=entries, rounds=[found.pk])
    ends = starter.race([closing, *[{"do": "draw", "draw_round": found.pk, "at": ASKED_AT}] * 2])
    assert ends[1:] == [DONE] * 2
    found.refresh_from_db()
    assert found.drawn_at is not None
    if ends[0] == DONE:
        ward.slots[MONDAY] = 0
        assert booked_on(ward.pool) == {}
        assert set(DrawEntry.objects.values_list("outcome", "away_why")) == {("away", "day_closed")}
    else:
        assert ends[0] == "cut_needs_decisions"
        assert booked_on(ward.pool) == {MONDAY: 1}
    nothing_impossible(ward)


def test_a_closure_and_who_passes_on_at_once_leave_no_offer_on_a_closed_day(starter: Starter, ward: Ward) -> None:
    drawn(ward, 3)
    offer = Booking.objects.get(state=BookingState.OFFERED)
    entries = [turn.entry_id for turn in turns()]
    closing = ward.does("close_whole", pool=ward.pool.pk, day=MONDAY, entries=entries, cancelled=[offer.pk])
    ends = starter.race([closing, ward.does("decline", booking=offer.pk), *[PASS_ON] * 3])
    assert not [end for end in ends if end.startswith("broke")]
    starter.race([PASS_ON])
    if ends[0] == DONE:
        ward.slots[MONDAY] = 0
        assert booked_on(ward.pool) == {}
    else:
        assert ends[0] in ("cut_needs_decisions", "already_cancelled")
        assert booked_on(ward.pool) == {MONDAY: 1}
    nothing_impossible(ward)
