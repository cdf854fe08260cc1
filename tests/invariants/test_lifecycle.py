"""Everything that can happen to bookings, in any order, against a model of plain sets.

The model says beforehand whether an operation is possible and what it leaves; the operation must agree, and
after each step the rows must be the model's. It shares no code with operations, limits or calendar.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bookings.cancel import cancel_booking
from bookings.capacity import Cut, CutKind, Decision, Fate, apply_cut
from bookings.change import extend_booking, shorten_booking
from bookings.models import Booking
from bookings.move import move_booking
from bookings.offers import accept_offer, decline_offer, lapse_offers
from bookings.reserve import reserve_days, reserve_within_transaction
from bookings.stays import record_absence, record_arrival, record_departure
from facilities.models import DayOverride, ServiceKind
from sankecare.errors import Refused
from tests import builders

FIRST = builders.A_DAY
SLOTS = (2, 1)
MOST_DAYS = 7

# Days from today on; close together, so that families meet.
ahead = st.integers(0, 4)
# So many days pass before the facility records what happened.
later = st.integers(0, 2)
# Which booking: the first are those that still run, the newest before all.
picks = st.integers(0, 2)
after_a_booking = precondition(lambda self: self.model)


@dataclass
class Modelled:
    """A booking as the model knows it: the days held and used, and what state it is in."""

    family: int
    service: int
    held: set[int]
    used: set[int] = field(default_factory=set)
    state: str = "booked"
    until: int = 0  # an offer's: the day at whose noon it ends

    @property
    def counting(self) -> set[int]:
        return self.held | self.used


class Ward:
    """Two families, the Ward Centre's short stay with two slots a day, Mama's Room's day care with one."""

    def __init__(self) -> None:
        builders.usage_limits(days_per_birth=MOST_DAYS)
        mamas_room = builders.pool(SLOTS[1], builders.facility("mamas-room", "ママズルーム"))
        self.services = [builders.service(slots=SLOTS[0]), builders.service(ServiceKind.DAY_CARE, mamas_room)]
        self.registrations = [builders.registration() for _ in range(2)]
        self.staff = builders.user()


class Lifecycle(RuleBasedStateMachine):
    """The ward's bookings over a month; each example begins with none and is taken back."""

    ward: Ward

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.today = 0
        self.model: dict[int, Modelled] = {}
        self.changed: dict[tuple[int, int], int] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    @rule(family=st.integers(0, 1), service=st.integers(0, 1), wait=st.integers(-1, 3), length=st.integers(1, 4))
    def reserve(self, family: int, service: int, wait: int, length: int) -> None:
        days = set(range(self.today + wait, self.today + wait + length))
        possible = wait >= 0 and self._fit(family, service, days)
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
            self.model[made[0].pk] = Modelled(family, service, days)

    @rule(family=st.integers(0, 1), service=st.integers(0, 1), wait=ahead, length=st.integers(1, 3), think=later)
    def hold(self, family: int, service: int, wait: int, length: int, think: int) -> None:
        """Places held for a family until it answers, as a draw and the waiting list do."""
        days = set(range(self.today + wait, self.today + wait + length))
        made: list[Booking] = []

        def offer() -> None:
            made.append(
                reserve_within_transaction(
                    registration=self.ward.registrations[family],
                    service=self.ward.services[service],
                    days=[_date(day) for day in days],
                    by=self.ward.staff,
                    at=self._now,
                    offered_until=builders.at(_date(self.today + think), 12),
                )
            )

        if self._agrees(self._fit(family, service, days), offer):
            self.model[made[0].pk] = Modelled(family, service, days, state="offered", until=self.today + think)

    @after_a_booking
    @rule(pick=picks, later=later)
    def accept(self, pick: int, later: int) -> None:
        self.today += later
        pk, known = self._picked(pick)
        taken_before = known.state == "booked" and known.until > 0
        possible = taken_before or (known.state == "offered" and self.today <= known.until)
        if self._agrees(possible, lambda: accept_offer(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.state = "booked"

    @after_a_booking
    @rule(pick=picks)
    def decline(self, pick: int) -> None:
        pk, known = self._picked(pick)
        possible = known.state == "offered"
        if self._agrees(possible, lambda: decline_offer(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.held, known.state = set(), "cancelled"

    @rule()
    def lapse(self) -> None:
        """The clock gives back what nobody answered."""
        self._agrees(True, lambda: lapse_offers(at=self._now))
        for known in self.model.values():
            if known.state == "offered" and known.until < self.today:
                known.held, known.state = set(), "cancelled"

    @after_a_booking
    @rule(pick=picks, wait=ahead, length=st.integers(1, 3))
    def move(self, pick: int, wait: int, length: int) -> None:
        pk, known = self._picked(pick)
        wanted = set(range(self.today + wait, self.today + wait + length))
        possible = (
            known.state == "booked"
            and wanted != known.held
            and self._fit(known.family, known.service, wanted, without=known)
        )

        def do() -> None:
            move_booking(booking=_booking(pk), days=list(map(_date, wanted)), by=self.ward.staff, at=self._now)

        if self._agrees(possible, do):
            known.held = wanted

    @rule(service=st.integers(0, 1), wait=ahead)
    def close_a_day(self, service: int, wait: int) -> None:
        """A closed day, each family on it cancelled with a message: possible unless one is in house or was there."""
        day = self.today + wait
        hit = {pk: known for pk, known in self.model.items() if known.service == service and day in known.counting}
        possible = (
            self._slots(service, day) > 0
            and all(known.state in ("booked", "offered") for known in hit.values())
            and all(min(known.held) >= self.today for known in hit.values())
        )
        if not hit or self._slots(service, day) == 0 or (service, day) in self.changed:
            return  # an override of the day wins over a closure; what nobody is on shows nothing
        pool = self.ward.services[service].pool
        cut = Cut(pool, CutKind.OVERRIDE, _date(day), _date(day), 0, "改修")
        decisions = {pk: Decision(Fate.CANCEL, "改修のため") for pk in hit}
        if self._agrees(possible, lambda: apply_cut(cut=cut, decisions=decisions, by=self.ward.staff, at=self._now)):
            self.changed[service, day] = 0
            for known in hit.values():
                known.held, known.state = set(), "cancelled"

    @after_a_booking
    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        pk, known = self._picked(pick)
        possible = known.state in ("booked", "offered") and min(known.held) >= self.today
        if self._agrees(possible, lambda: cancel_booking(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.held, known.state = set(), "cancelled"

    @after_a_booking
    @rule(pick=picks, days=st.integers(0, 3))
    def shorten(self, pick: int, days: int) -> None:
        pk, known = self._picked(pick)
        last = max(known.counting, default=self.today) - days
        given_up = {day for day in known.held if day > last}
        possible = (
            known.state in ("booked", "arrived")
            and min(known.counting) <= last < max(known.counting)
            and min(given_up, default=self.today) >= self.today
        )

        def do() -> None:
            shorten_booking(booking=_booking(pk), last_day=_date(last), by=self.ward.staff, at=self._now)

        if self._agrees(possible, do):
            known.held -= given_up

    @after_a_booking
    @rule(pick=picks, days=st.integers(0, 3))
    def extend(self, pick: int, days: int) -> None:
        pk, known = self._picked(pick)
        last = max(known.counting, default=self.today) + days
        added = set(range(last - days + 1, last + 1))
        possible = (
            known.state in ("booked", "arrived")
            and bool(added)
            and min(added) >= self.today
            and self._fit(known.family, known.service, added)
        )

        def do() -> None:
            extend_booking(booking=_booking(pk), last_day=_date(last), by=self.ward.staff, at=self._now)

        if self._agrees(possible, do):
            known.held |= added

    @after_a_booking
    @rule(pick=picks, later=later)
    def arrive(self, pick: int, later: int) -> None:
        self.today += later
        pk, known = self._picked(pick)
        possible = known.state == "booked" and self.today in known.held
        if self._agrees(possible, lambda: record_arrival(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.held = {day for day in known.held if day > self.today}
            known.used, known.state = {self.today}, "arrived"

    @after_a_booking
    @rule(pick=picks, later=later)
    def stay_away(self, pick: int, later: int) -> None:
        self.today += later
        pk, known = self._picked(pick)
        possible = known.state == "booked" and min(known.held) <= self.today
        if self._agrees(possible, lambda: record_absence(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.held, known.state = set(), "no_show"

    @after_a_booking
    @rule(pick=picks, later=later)
    def leave(self, pick: int, later: int) -> None:
        self.today += later
        pk, known = self._picked(pick)
        possible = known.state == "arrived"
        if self._agrees(possible, lambda: record_departure(booking=_booking(pk), by=self.ward.staff, at=self._now)):
            known.used |= {day for day in known.held if day <= self.today}
            known.held, known.state = set(), "departed"

    @rule(service=st.integers(0, 1), wait=ahead, slots=st.integers(0, 2))
    def change_slots(self, service: int, wait: int, slots: int) -> None:
        """Staff set the slots of one day: the database refuses to go below what is booked."""
        day = self.today + wait

        def do() -> None:
            DayOverride.objects.update_or_create(
                pool=self.ward.services[service].pool,
                day=_date(day),
                defaults={"slots": slots, "reason": "勤務の都合"},
            )

        if self._agrees(slots >= self._booked(service, day), do):
            self.changed[service, day] = slots

    @invariant()
    def the_rows_are_the_models(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT b.id, b.state, d.day, d.status FROM bookings_booking b"
                " JOIN bookings_bookingday d ON d.booking_id = b.id"
            )
            rows = cursor.fetchall()
        states = {pk: state for pk, state, _day, _status in rows}
        assert states == {pk: known.state for pk, known in self.model.items()}
        counting = {(pk, (day - FIRST).days, status) for pk, _state, day, status in rows if status != "released"}
        assert counting == set(self._counting_rows())

    @invariant()
    def no_day_has_more_families_than_slots(self) -> None:
        taken = {(known.service, day) for known in self.model.values() for day in known.counting}
        assert [key for key in taken if self._booked(*key) > self._slots(*key)] == []

    @property
    def _now(self) -> datetime:
        return builders.at(_date(self.today), 12)

    def _picked(self, pick: int) -> tuple[int, Modelled]:
        order = sorted(
            self.model.items(), key=lambda item: (item[1].state in ("offered", "booked", "arrived"), item[0])
        )
        return order[::-1][pick % len(order)]

    def _counting_rows(self) -> Iterator[tuple[int, int, str]]:
        for pk, known in self.model.items():
            yield from ((pk, day, "held") for day in known.held)
            yield from ((pk, day, "used") for day in known.used)

    def _slots(self, service: int, day: int) -> int:
        return self.changed.get((service, day), SLOTS[service])

    def _booked(self, service: int, day: int) -> int:
        return sum(known.service == service and day in known.counting for known in self.model.values())

    def _fit(self, family: int, service: int, days: set[int], without: Modelled | None = None) -> bool:
        """Whether the family may have these days beside its own, and each has a place."""
        others = [known for known in self.model.values() if known is not without]
        own = [day for known in others if known.family == family for day in known.counting]
        hers = without.held if without else set()
        return (
            not days.intersection(own)
            and len(own) + len(days) <= MOST_DAYS
            and all(day in hers or self._booked(service, day) < self._slots(service, day) for day in days)
        )

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
