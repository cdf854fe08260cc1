"""Everything that can happen to bookings and to those who wait, in any order, against a model of plain sets.

The model says beforehand whether an operation is possible and what it leaves; the operation must agree, and
after each step the rows must be the model's. It shares no code with operations, limits or calendar.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bookings.models import Booking, WaitingEntry
from bookings.places.cancel import cancel_booking
from bookings.places.capacity import Cut, CutKind, Decision, Fate, apply_cut
from bookings.places.change import extend_booking, shorten_booking
from bookings.places.move import move_booking
from bookings.places.offers import accept_offer, decline_offer, lapse_offers
from bookings.places.reserve import reserve_days
from bookings.stays.stays import record_absence, record_arrival, record_departure
from bookings.stays.steps import UNDO_FOR, settle_steps
from bookings.waiting.passing_on import pass_on_all
from bookings.waiting.waiting_list import join_waiting_list, leave_waiting_list
from facilities.models import DayOverride, ServiceKind
from sankecare.errors import Refused
from tests import builders
from tests.invariants.lifecycle_model import MOST_DAYS, SLOTS, Model, Modelled, Waiting

FIRST = builders.A_DAY
MOST_WAITED_FOR = 5

# Days from today on; close together, so that families meet.
ahead = st.integers(0, 4)
# So many days pass before the facility records what happened.
later = st.integers(0, 2)
# Which booking: the first are those that still run, the newest before all.
picks = st.integers(0, 2)
after_a_booking = precondition(lambda self: self.model.bookings)


class Ward:
    """Two families, the Ward Centre's short stay with two slots a day, Mama's Room's day care with one."""

    def __init__(self) -> None:
        builders.usage_limits(days_per_birth=MOST_DAYS)
        mamas_room = builders.pool(SLOTS[1], builders.facility("mamas-room", "ママズルーム"))
        self.services = [builders.service(slots=SLOTS[0]), builders.service(ServiceKind.DAY_CARE, mamas_room)]
        self.registrations = [builders.registration() for _ in range(2)]
        self.staff = builders.user()
        builders.draw_policy()


class Lifecycle(RuleBasedStateMachine):
    """The ward's bookings over a month; each example begins with none and is taken back."""

    ward: Ward

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.model = Model()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    @rule(family=st.integers(0, 1), service=st.integers(0, 1), wait=st.integers(-1, 3), length=st.integers(1, 4))
    def reserve(self, family: int, service: int, wait: int, length: int) -> None:
        days = set(range(self.model.today + wait, self.model.today + wait + length))
        possible = wait >= 0 and self.model.fit(family, service, days)
        made: list[Booking] = []

        def book() -> None:
            made.append(
                reserve_days(
                    registration=self.ward.registrations[family],
                    service=self.ward.services[service],
                    days=[_date(day) for day in days],
                    by=self.ward.staff,
                    at=self._now,
                )
            )

        if self._agrees(possible, book):
            self.model.bookings[made[0].pk] = Modelled(family, service, days)

    @rule(family=st.integers(0, 1), service=st.integers(0, 1), wait=ahead, length=st.integers(1, 3), think=later)
    def hold(self, family: int, service: int, wait: int, length: int, think: int) -> None:
        """Places held for a family until it answers, as a draw and the waiting list do."""
        days = set(range(self.model.today + wait, self.model.today + wait + length))
        made: list[Booking] = []

        def offer() -> None:
            made.append(
                reserve_days(
                    registration=self.ward.registrations[family],
                    service=self.ward.services[service],
                    days=[_date(day) for day in days],
                    by=self.ward.staff,
                    at=self._now,
                    offered_until=builders.at(_date(self.model.today + think), 12),
                )
            )

        if self._agrees(self.model.fit(family, service, days), offer):
            self.model.bookings[made[0].pk] = Modelled(
                family, service, days, state="offered", until=self.model.today + think
            )

    @after_a_booking
    @rule(pick=picks, later=later)
    def accept(self, pick: int, later: int) -> None:
        self.model.today += later
        pk, known = self.model.picked(pick)
        was_offered = known.until is not None
        possible = (known.state == "booked" and was_offered) or (
            known.state == "offered" and self.model.in_time(known)
        )
        if self._agrees(possible, lambda: accept_offer(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.state = "booked"
            self.model.end_waiting(pk, "placed")

    @after_a_booking
    @rule(pick=picks)
    def decline(self, pick: int) -> None:
        pk, known = self.model.picked(pick)
        possible = known.state == "offered"
        if self._agrees(possible, lambda: decline_offer(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            self.model.end_waiting(pk, "declined")
            self.model.give_up(known, "cancelled")

    @rule()
    def lapse(self) -> None:
        """The clock gives back what nobody answered."""
        self._agrees(True, lambda: lapse_offers(at=self._now))
        for pk, known in sorted(self.model.bookings.items()):
            if known.state == "offered" and not self.model.in_time(known):
                self.model.end_waiting(pk, "lapsed")
                self.model.give_up(known, "cancelled")

    @rule(family=st.integers(0, 1), service=st.integers(0, 1), wait=ahead, length=st.integers(1, 3))
    def wait(self, family: int, service: int, wait: int, length: int) -> None:
        """A family waits for open days of which not all have a place; for the same days again it is once."""
        days = set(range(self.model.today + wait, self.model.today + wait + length))
        live = [row for row in self.model.waiting.values() if row.family == family and not row.ended]
        again = [row for row in live if (row.service, row.days) == (service, days)]
        possible = (
            wait > 0
            and self.model.within_limits(family, days)
            and all(self.model.slots(service, day) for day in days)
            and not all(self.model.is_free(service, day) for day in days)
            and (bool(again) or len(live) < MOST_WAITED_FOR)
        )
        made: list[WaitingEntry] = []

        def join() -> None:
            made.append(
                join_waiting_list(
                    registration=self.ward.registrations[family],
                    service=self.ward.services[service],
                    first_day=_date(min(days)),
                    last_day=_date(max(days)),
                    by=self.ward.staff,
                    at=self._now,
                )
            )

        if self._agrees(possible, join) and not again:
            self.model.waiting[made[0].pk] = Waiting(family, service, days)

    @precondition(lambda self: self.model.waiting)
    @rule(pick=picks)
    def leave_the_list(self, pick: int) -> None:
        pk = sorted(self.model.waiting)[pick % len(self.model.waiting)]
        known = self.model.waiting[pk]
        possible = known.booking is None or self.model.bookings[known.booking].state != "offered"

        def leave() -> None:
            leave_waiting_list(entry=WaitingEntry.objects.get(pk=pk), at=self._now)

        if self._agrees(possible, leave) and not known.ended:
            known.ended = "left"

    @rule()
    def pass_on(self) -> None:
        """What came free is held for who waited longest and can use it; what nobody can use is free for everybody."""
        self._agrees(True, lambda: pass_on_all(at=self._now))
        offers = iter(Booking.objects.exclude(pk__in=self.model.bookings).order_by("pk").values_list("pk", flat=True))
        self.model.pass_on(offers)
        assert next(offers, None) is None

    @after_a_booking
    @rule(pick=picks, wait=ahead, length=st.integers(1, 3))
    def move(self, pick: int, wait: int, length: int) -> None:
        pk, known = self.model.picked(pick)
        wanted = set(range(self.model.today + wait, self.model.today + wait + length))
        possible = (
            known.state == "booked"
            and wanted != known.held
            and all(day >= self.model.today for day in known.held - wanted)
            and self.model.fit(known.family, known.service, wanted, without=known)
        )

        def do() -> None:
            move_booking(booking=_booking(pk), days=list(map(_date, wanted)), by=self.ward.staff, at=self._now)

        if self._agrees(possible, do):
            self.model.free(known.service, known.held - wanted)
            known.held = wanted

    @rule(service=st.integers(0, 1), wait=ahead)
    def close_a_day(self, service: int, wait: int) -> None:
        """A closed day, each family on it cancelled with a message: possible unless one is in house or was there."""
        day = self.model.today + wait
        hit = {
            pk: known
            for pk, known in self.model.bookings.items()
            if known.service == service and day in known.counting
        }
        possible = (
            self.model.slots(service, day) > 0
            and all(known.state in ("booked", "offered") for known in hit.values())
            and all(min(known.held) >= self.model.today for known in hit.values())
        )
        if not hit or self.model.slots(service, day) == 0 or (service, day) in self.model.changed:
            return  # an override of the day wins over a closure; what nobody is on shows nothing
        pool = self.ward.services[service].pool
        cut = Cut(pool, CutKind.OVERRIDE, _date(day), _date(day), 0, "改修")
        decisions = {pk: Decision(Fate.CANCEL, "改修のため") for pk in hit}
        if self._agrees(possible, lambda: apply_cut(cut=cut, decisions=decisions, by=self.ward.staff, at=self._now)):
            self.model.changed[service, day] = 0
            for pk, known in sorted(hit.items()):
                for row in self.model.waiting.values():
                    if row.booking == pk and known.state == "offered":
                        row.booking = None  # taken back by the ward: she waits on
                self.model.give_up(known, "cancelled")

    @after_a_booking
    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        pk, known = self.model.picked(pick)
        possible = known.state in ("booked", "offered") and min(known.held) >= self.model.today
        if self._agrees(possible, lambda: cancel_booking(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            if known.state == "offered":
                self.model.end_waiting(pk, "declined")
            self.model.give_up(known, "cancelled")

    @after_a_booking
    @rule(pick=picks, days=st.integers(0, 3))
    def shorten(self, pick: int, days: int) -> None:
        pk, known = self.model.picked(pick)
        last = max(known.counting, default=self.model.today) - days
        given_up = {day for day in known.held if day > last}
        possible = (
            known.state in ("booked", "arrived")
            and min(known.counting) <= last < max(known.counting)
            and min(given_up, default=self.model.today) >= self.model.today
        )

        def do() -> None:
            shorten_booking(booking=_booking(pk), last_day=_date(last), by=self.ward.staff, at=self._now)

        if self._agrees(possible, do):
            known.held -= given_up
            self.model.free(known.service, given_up)

    @after_a_booking
    @rule(pick=picks, days=st.integers(0, 3))
    def extend(self, pick: int, days: int) -> None:
        pk, known = self.model.picked(pick)
        last = max(known.counting, default=self.model.today) + days
        added = set(range(last - days + 1, last + 1))
        possible = (
            known.state in ("booked", "arrived")
            and bool(added)
            and min(added) >= self.model.today
            and self.model.fit(known.family, known.service, added)
        )

        def do() -> None:
            extend_booking(booking=_booking(pk), last_day=_date(last), by=self.ward.staff, at=self._now)

        if self._agrees(possible, do):
            known.held |= added

    @after_a_booking
    @rule(pick=picks, later=later)
    def arrive(self, pick: int, later: int) -> None:
        self.model.today += later
        pk, known = self.model.picked(pick)
        possible = known.state == "booked" and self.model.today in known.held
        if self._agrees(possible, lambda: record_arrival(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.held = {day for day in known.held if day > self.model.today}
            known.used, known.state = {self.model.today}, "arrived"
            self._part_off(pk, known, self.model.run_from(known, self.model.today))

    @after_a_booking
    @rule(pick=picks, later=later)
    def stay_away(self, pick: int, later: int) -> None:
        self.model.today += later
        pk, known = self.model.picked(pick)
        possible = known.state == "booked" and min(known.held) <= self.model.today
        if self._agrees(possible, lambda: self._and_settle(record_absence, pk)):
            self._part_off(pk, known, self.model.run_from(known, min(known.held)))
            self.model.give_up(known, "no_show")

    @after_a_booking
    @rule(pick=picks, later=later)
    def leave(self, pick: int, later: int) -> None:
        self.model.today += later
        pk, known = self.model.picked(pick)
        possible = known.state == "arrived"
        if self._agrees(possible, lambda: self._and_settle(record_departure, pk)):
            known.used |= {day for day in known.held if day <= self.model.today}
            known.held = {day for day in known.held if day > self.model.today}
            self.model.give_up(known, "departed")

    def _part_off(self, pk: int, known: Modelled, run: set[int]) -> None:
        """What lies apart of the run is a booking of its own, the newest that there is."""
        apart = known.held - run
        if apart:
            part = Booking.objects.filter(state="booked").exclude(part_of=None).latest("pk").pk
            self.model.bookings[part] = Modelled(known.family, known.service, apart)
            known.held -= apart

    def _and_settle(self, step: Any, pk: int) -> None:
        """A step is recorded, and nobody takes it back: what it frees is passed on."""
        step(booking=_booking(pk), by=self.ward.staff, at=self._now)
        settle_steps(at=self._now + UNDO_FOR)

    @rule(service=st.integers(0, 1), wait=ahead, slots=st.integers(0, 2))
    def change_slots(self, service: int, wait: int, slots: int) -> None:
        """Staff set the slots of one day: the database refuses to go below what is booked."""
        day = self.model.today + wait

        def do() -> None:
            DayOverride.objects.update_or_create(
                pool=self.ward.services[service].pool,
                day=_date(day),
                defaults={"slots": slots, "reason": "勤務の都合"},
            )

        if self._agrees(slots >= self.model.booked(service, day), do):
            self.model.changed[service, day] = slots

    @invariant()
    def the_rows_are_the_models(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT b.id, b.state, d.day, d.status FROM bookings_booking b"
                " JOIN bookings_bookingday d ON d.booking_id = b.id"
            )
            rows = cursor.fetchall()
        states = {pk: state for pk, state, _day, _status in rows}
        assert states == {pk: known.state for pk, known in self.model.bookings.items()}
        counting = {(pk, (day - FIRST).days, status) for pk, _state, day, status in rows if status != "released"}
        assert counting == set(self.model.counting_rows())

    @invariant()
    def the_list_is_the_models(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, booking_id, ended_as FROM bookings_waitingentry ORDER BY id")
            assert cursor.fetchall() == [(pk, row.booking, row.ended) for pk, row in self.model.waiting.items()]
            cursor.execute(
                "SELECT s.id, f.day, count(*) FROM bookings_freedplace f"
                " JOIN facilities_service s ON s.pool_id = f.pool_id WHERE f.passed_on_at IS NULL GROUP BY 1, 2"
            )
            numbers = {service.pk: number for number, service in enumerate(self.ward.services)}
            found = Counter({(numbers[pk], (day - FIRST).days): count for pk, day, count in cursor.fetchall()})
        assert found == self.model.on_their_way

    @invariant()
    def no_day_has_more_families_than_slots(self) -> None:
        taken = {(known.service, day) for known in self.model.bookings.values() for day in known.counting}
        assert [key for key in taken if self.model.booked(*key) > self.model.slots(*key)] == []

    @property
    def _now(self) -> datetime:
        return builders.at(_date(self.model.today), 12)

    def _agrees(self, possible: bool, operation: Callable[[], object]) -> bool:
        """Do it; whether it was refused must be what the model said."""
        refusal: Exception | None
        block = transaction.atomic()
        block._from_testcase = True  # as in Django's own tests: the operation's durable block may stand inside
        try:
            with block:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                operation()
        except (Refused, IntegrityError) as refused:
            refusal = refused
        else:
            refusal = None
        assert (refusal is None) == possible, f"the model says possible: {possible}, the operation: {refusal!r}"
        return possible


def _date(day: int) -> date:
    return FIRST + timedelta(days=day)


def _booking(pk: int) -> Booking:
    return Booking.objects.get(pk=pk)


@pytest.mark.django_db
def test_bookings_agree_with_the_model_whatever_happens_in_whatever_order() -> None:
    Lifecycle.ward = Ward()
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=100,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
