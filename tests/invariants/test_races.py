"""Whatever meets at the same moment, in processes of their own: each ends in one of the orders, never in between.

After each race the impossible is asked for by SQL that shares no code with the operations (reports.invariants), and
the rows are counted by this folder's own.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction

from bookings.draws.announcing import announce_round
from bookings.draws.entering import enter_draw
from bookings.models import Booking, BookingState, DrawPolicy, FreedPlace, WaitingEntry
from bookings.waiting.waiting_list import join_waiting_list
from facilities.models import ServiceKind
from reports.invariants import broken_invariants
from tests import builders
from tests.invariants.race_jobs import DONE
from tests.invariants.race_ward import ASKED_AT, MONDAY, WEEK, Ward, booked_on, over_capacity
from tests.invariants.racers import Starter

enter_draw = transaction.atomic()(enter_draw)

ROUNDS = 3
NOW = datetime.fromisoformat(ASKED_AT)


def nothing_impossible(ward: Ward) -> None:
    assert over_capacity(ward.pool, ward.slots) == {}
    assert broken_invariants(NOW) == []


def test_families_who_name_their_days_in_opposite_order_do_not_wait_for_each_other_for_ever(starter: Starter) -> None:
    ward = Ward(slots=6)
    jobs = [ward.wants(WEEK if number % 2 else WEEK[::-1]) for number in range(24)]
    assert Counter(starter.race(jobs)) == {DONE: 6, "day_full": 18}
    assert booked_on(ward.pool) == ward.slots
    nothing_impossible(ward)


def test_moves_between_two_facilities_in_opposite_directions_swap_or_stay(starter: Starter) -> None:
    ward = Ward(slots=4)
    other_pool = builders.pool(4, builders.facility("mamas-room", "ママズルーム"))
    other = builders.service(ServiceKind.DAY_CARE, other_pool)
    here = [ward.booked([MONDAY]) for _ in range(4)]
    there = []
    for _ in range(4):
        booking = Booking.objects.create(
            registration=builders.registration(), service=other, booked_at=builders.at(builders.A_DAY)
        )
        booking.days.create(day=MONDAY)
        there.append(booking)
    jobs = [ward.does("move", booking=row.pk, days=[MONDAY], service=other.pk) for row in here]
    jobs += [ward.does("move", booking=row.pk, days=[MONDAY], service=ward.service.pk) for row in there]
    ends = starter.race(jobs)
    assert set(ends) <= {DONE, "day_full"}
    assert booked_on(ward.pool)[MONDAY] + booked_on(other_pool)[MONDAY] == 8
    nothing_impossible(ward)


def test_of_a_move_and_a_cancellation_one_comes_first_and_the_booking_is_never_half(starter: Starter) -> None:
    ward = Ward(slots=2)
    for _ in range(ROUNDS):
        booking = ward.booked(WEEK[:2])
        ends = starter.race(
            [
                ward.does("move", booking=booking.pk, days=WEEK[3:5]),
                ward.gives_back(booking),
                ward.does("move", booking=booking.pk, days=WEEK[5:7]),
            ]
        )
        assert ends[1] == DONE
        assert {ends[0], ends[2]} <= {DONE, "not_changeable"}
        booking.refresh_from_db()
        assert (booking.state, booking.days.exclude(status="released").count()) == (BookingState.CANCELLED, 0)
        nothing_impossible(ward)


def test_a_closure_and_bookings_at_once_end_with_a_closed_day_or_with_families_on_it(starter: Starter) -> None:
    ward = Ward(slots=3)
    known = ward.booked([MONDAY])
    jobs = [ward.does("close", pool=ward.pool.pk, day=MONDAY, cancelled=[known.pk])]
    jobs += [ward.wants([MONDAY]) for _ in range(10)]
    jobs.append(ward.gives_back(known))
    ends = starter.race(jobs)
    assert not [end for end in ends if end.startswith("broke")]
    if ends[0] == DONE:
        ward.slots[MONDAY] = 0
        assert booked_on(ward.pool) == {}
        assert set(ends[1:11]) == {"day_closed"}
    else:
        # Somebody was faster: then the closure needs a decision for more families, and nothing of it was done.
        assert ends[0] in ("cut_needs_decisions", "already_cancelled")
        assert booked_on(ward.pool)[MONDAY] == Counter(ends[1:11])[DONE]
    nothing_impossible(ward)


def test_an_offer_is_accepted_or_lapses_and_who_walks_in_gets_only_what_is_left(
    starter: Starter, policy: DrawPolicy
) -> None:
    ward = Ward(slots=1)
    until = NOW + timedelta(hours=1)
    offered = Booking.objects.create(
        registration=builders.registration(),
        service=ward.service,
        booked_at=NOW,
        state=BookingState.OFFERED,
        offered_until=until,
    )
    offered.days.create(day=WEEK[1])
    late = (until + timedelta(minutes=1)).isoformat()
    jobs = [ward.does("accept", booking=offered.pk), {"do": "lapse", "at": late}, {"do": "pass_on", "at": late}]
    jobs += [ward.wants([WEEK[1]]) for _ in range(8)]
    ends = starter.race(jobs)
    assert not [end for end in ends if end.startswith("broke")]
    offered.refresh_from_db()
    accepted = ends[0] == DONE
    assert offered.state == (BookingState.BOOKED if accepted else BookingState.CANCELLED)
    assert Counter(ends[3:])[DONE] <= (0 if accepted else 1)
    assert booked_on(ward.pool).get(WEEK[1], 0) <= 1
    nothing_impossible(ward)


def test_a_place_given_back_goes_to_who_waits_never_to_who_walks_in(starter: Starter, policy: DrawPolicy) -> None:
    ward = Ward(slots=1)
    booking = ward.booked([MONDAY])
    waits = builders.registration()
    transaction.atomic(join_waiting_list)(
        registration=waits, service=ward.service, first_day=MONDAY, last_day=MONDAY, by=ward.staff, at=NOW
    )
    jobs = [ward.gives_back(booking), *(ward.wants([MONDAY]) for _ in range(8))]
    jobs += [{"do": "pass_on", "at": ASKED_AT} for _ in range(3)]
    ends = starter.race(jobs)
    assert not [end for end in ends if end.startswith("broke")]
    assert set(ends[1:9]) == {"day_full"}
    starter.race([{"do": "pass_on", "at": ASKED_AT}])
    assert WaitingEntry.objects.get().booking.registration == waits
    assert not FreedPlace.objects.filter(passed_on_at__isnull=True).exists()
    nothing_impossible(ward)


def test_a_draw_run_by_several_workers_while_staff_book_gives_each_place_once(
    starter: Starter, policy: DrawPolicy
) -> None:
    ward = Ward(slots=2)
    announced = transaction.atomic(announce_round)(
        pool=ward.pool,
        first_day=MONDAY,
        last_day=WEEK[6],
        opens_at=NOW - timedelta(days=3),
        closes_at=NOW - timedelta(days=1),
        draw_at=NOW - timedelta(hours=1),
        by=ward.staff,
        at=NOW - timedelta(days=3),
    )
    for _ in range(4):
        transaction.atomic(enter_draw)(
            draw_round=announced,
            registration=builders.registration(),
            choices=builders.wished(announced, [MONDAY]),
            by=ward.staff,
            at=NOW - timedelta(days=2),
        )
    jobs = [{"do": "draw", "draw_round": announced.pk, "at": ASKED_AT} for _ in range(3)]
    jobs += [ward.wants([MONDAY]) for _ in range(6)]
    ends = starter.race(jobs)
    assert ends[:3] == [DONE] * 3
    assert set(ends[3:]) <= {"draw_first", "day_full"}
    assert booked_on(ward.pool) == {MONDAY: 2}
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 2
    nothing_impossible(ward)
