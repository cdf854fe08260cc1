"""A process is killed in the middle (SIGKILL): a place on its way to the next is neither lost nor given twice."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.drawing import RESULT_MAIL
from bookings.draws.entering import enter_draw
from bookings.models import Booking, BookingState, DrawPolicy, FreedPlace, WaitingEntry
from bookings.waiting.waiting_list import join_waiting_list
from enrollment.models import Registration
from sankecare.models import OutboxEntry
from tests import builders
from tests.invariants.race_jobs import DONE
from tests.invariants.race_ward import ASKED_AT, MONDAY, WEEK, Ward, booked_on
from tests.invariants.racers import Job, Starter
from tests.invariants.test_races import nothing_impossible

enter_draw = transaction.atomic()(enter_draw)

NOW = datetime.fromisoformat(ASKED_AT)
KILLED = "broke: ended without a word"


def killed(when: str, job: Job) -> Job:
    return {"do": "killed", "when": when, "job": job}


@pytest.fixture
def ward(transactional_db: None, policy: DrawPolicy) -> Ward:
    return Ward(slots=1)


def waits(ward: Ward, minutes: int = 0) -> Registration:
    mother = builders.user(Role.MOTHER, email=f"m{Registration.objects.count()}@example.jp")
    registration = builders.registration(builders.family(account=mother))
    transaction.atomic(join_waiting_list)(
        registration=registration,
        service=ward.service,
        first_day=MONDAY,
        last_day=MONDAY,
        by=ward.staff,
        at=NOW + timedelta(minutes=minutes),
    )
    return registration


def test_the_chain_of_the_waiting_list_survives_a_death_at_every_step(starter: Starter, ward: Ward) -> None:
    booking = ward.booked([MONDAY])
    first, second = waits(ward), waits(ward, 1)
    pass_on: Job = {"do": "pass_on", "at": ASKED_AT}

    # The place is given back, and the process dies before it passes it on: nobody who walks in gets it.
    assert starter.race([killed("before what came free is passed on", ward.gives_back(booking))]) == [KILLED]
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert starter.race([ward.wants([MONDAY])]) == ["day_full"]

    # The next one dies while it makes the offer: nothing of it stands, the place is still on its way.
    assert starter.race([killed("before the family is told", pass_on)]) == [KILLED]
    assert booked_on(ward.pool) == {}
    assert FreedPlace.objects.filter(passed_on_at__isnull=True).count() == 1
    assert starter.race([ward.wants([MONDAY])]) == ["day_full"]

    # Whoever comes next offers it to who waited longest, once, however many come.
    assert starter.race([pass_on] * 4) == [DONE] * 4
    offer = Booking.objects.get(state=BookingState.OFFERED)
    assert offer.registration == first
    assert booked_on(ward.pool) == {MONDAY: 1}

    # Nobody answers, and the process that takes it back dies: then it goes to the second one.
    late = (NOW + timedelta(hours=25)).isoformat()
    assert starter.race([killed("before what came free is passed on", {"do": "lapse", "at": late})]) == [KILLED]
    assert starter.race([{"do": "pass_on", "at": late}]) == [DONE]
    assert Booking.objects.get(state=BookingState.OFFERED).registration == second
    assert set(WaitingEntry.objects.values_list("registration", "ended_as")) == {(first.pk, "lapsed"), (second.pk, "")}
    nothing_impossible(ward)


@pytest.mark.parametrize(
    "when",
    [
        "before the family is told",
        "before the result is written",
        "before the places are locked",
        "once the places are held",
    ],
)
def test_a_draw_that_is_killed_half_way_never_was_and_is_drawn_once(starter: Starter, ward: Ward, when: str) -> None:
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
    for _ in range(3):
        mother = builders.user(Role.MOTHER, email=f"d{Registration.objects.count()}@example.jp")
        transaction.atomic(enter_draw)(
            draw_round=announced,
            registration=builders.registration(builders.family(account=mother)),
            choices=builders.wished(announced, [MONDAY]),
            by=ward.staff,
            at=NOW - timedelta(days=2),
        )
    draw: Job = {"do": "draw", "draw_round": announced.pk, "at": ASKED_AT}
    assert starter.race([killed(when, draw)] * 2) == [KILLED] * 2
    announced.refresh_from_db()
    assert (announced.drawn_at, announced.revealed, booked_on(ward.pool)) == (None, "", {})
    assert starter.race([draw] * 4) == [DONE] * 4
    assert booked_on(ward.pool) == {MONDAY: 1}
    told = OutboxEntry.objects.filter(kind=RESULT_MAIL).values_list("recipient", flat=True)
    assert (len(told), len(set(told))) == (3, 3)
    nothing_impossible(ward)
