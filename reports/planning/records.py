"""記録から: the world of a period and what was asked for in it, read from the records. Reads only.

A fixed number of queries, and one for each 250 registrations. What a record does not tell: docs/planning.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from bookings.draws.draw import Wish, choice_from_published
from bookings.draws.draw_facts import weights_of
from bookings.draws.mechanisms import Mechanism
from bookings.draws.tickets import Ground, Standing, Weights
from bookings.models import (
    BookingDay,
    BookingState,
    DayStatus,
    DrawEntry,
    DrawPolicy,
    DrawRound,
    WaitingEnd,
    WaitingEntry,
)
from bookings.places.day_policies import ask_limits, limits_from
from bookings.places.queries import STAYS, sibling_rooms_on
from enrollment.queries import terms_of
from facilities.calendar import days_between
from facilities.models import Service
from facilities.queries import calendars
from sankecare.db import run_batch

from .demand import KEPT, Afterwards, Ask, Demand, Entry, Round, Wait
from .households import Households, Wanted
from .world import BESIDE, Offer, World

A_MINUTE = timedelta(minutes=1)
NOT_FIRST_COME = ("booking__draw_entry", "booking__turn", "booking__waiting_entry")
OF_BOOKING = (
    *("booking", "booking__registration", "booking__service__slug", "booking__booked_at", "booking__state"),
    *("booking__sibling__birth_date", *NOT_FIRST_COME),
)
OF_DAY = ("pk", "day", "pool", "family", "status", "released_at", "with_sibling")
# Who no longer waits or stands in line.
NO_LONGER = (WaitingEnd.LEFT, WaitingEnd.DECLINED, WaitingEnd.LAPSED, WaitingEnd.WARD)


@dataclass(frozen=True)
class _Day:
    """A booked day as it stands in the records."""

    pk: int
    day: date
    pool: int
    family: int
    is_kept: bool
    released_at: datetime | None
    with_sibling: bool


@dataclass
class _Booked:
    """A booking with those of its days that lie in the period."""

    registration: int
    service: str
    at: datetime
    state: str
    sibling_born: date | None
    first_come: bool
    days: list[_Day] = field(default_factory=list)

    def afterwards(self) -> Afterwards:
        """What became of its days; one of which no moment is recorded was given back at once."""
        back = {row.day: row.released_at or self.at for row in self.days if not row.is_kept}
        ended = self.state in (BookingState.CANCELLED, BookingState.NO_SHOW) and len(back) == len(self.days)
        return Afterwards(back, max(back.values()) if ended and back else None) if back else KEPT


@dataclass(frozen=True)
class Recorded:
    """What a run replays: the world as it was, what was asked for, and by family and day the pool of each kept day."""

    world: World
    demand: Demand
    kept: Mapping[tuple[int, date], int]


def recorded(first_day: date, last_day: date) -> Recorded:
    """Read the world of a period and the demand for its days."""
    world = world_of(first_day, last_day)
    bookings = _bookings(world)
    rounds, waits, policies = _rounds(world), _waits(world), list(DrawPolicy.objects.all())
    families = {row.family for one in bookings.values() for row in one.days}
    registrations = {one.registration for one in bookings.values()}
    registrations |= {entry.registration_id for _round, entries in rounds for entry in entries}
    registrations |= {wait.registration_id for wait in waits}
    households = Households(world, registrations, _wants(bookings, rounds, waits), families)
    demand = Demand(
        households=households.found,
        asks=[ask for one in bookings.values() if one.first_come for ask in _asks(one)],
        waits=[_as_wait(wait, bookings) for wait in waits],
        rounds=[_as_round(one, entries, bookings, policies) for one, entries in rounds],
    )
    return Recorded(
        world,
        demand,
        {(row.family, row.day): row.pool for one in bookings.values() for row in one.days if row.is_kept},
    )


def world_of(first_day: date, last_day: date) -> World:
    """Read calendars, services, limits and rooms as they hold for the days of a period and those beside it."""
    first, last = first_day - BESIDE, last_day + BESIDE
    days = days_between(first, last)
    services = list(Service.objects.filter(kind__in=STAYS).select_related("facility").order_by("pk"))
    terms = terms_of(services)
    pools = sorted({service.pool_id for service in services})
    limits = limits_from(run_batch(ask_limits(services, days))[0])
    policy = DrawPolicy.objects.filter(period__contains=last_day).first()
    return World(
        first_day=first_day,
        last_day=last_day,
        calendars=calendars(pools, first, last),
        offers={
            service.slug: Offer(service.slug, service.kind, service.pool_id, service.facility.slug, terms[service.pk])
            for service in services
        },
        limits={service.slug: limits.get(service.pk, {}) for service in services},
        sibling_rooms={pool: sibling_rooms_on(pool, days) for pool in pools},
        least_answer=timedelta(hours=policy.least_answer_hours) if policy else timedelta(0),
    )


# ---- What was asked for ---------------------------------------------------------------------------------------------


def _bookings(world: World) -> dict[int, _Booked]:
    rows = BookingDay.objects.filter(
        day__range=(world.first_day - BESIDE, world.last_day + BESIDE), booking__service__kind__in=STAYS
    ).order_by("booking", "day", "pk")
    found: dict[int, _Booked] = {}
    for row in rows.values(*OF_BOOKING, *OF_DAY):
        key, by_draw_or_wait = row["booking"], (row[name] is not None for name in NOT_FIRST_COME)
        if key not in found:
            found[key] = _Booked(
                registration=row["booking__registration"],
                service=row["booking__service__slug"],
                at=timezone.localtime(row["booking__booked_at"]),
                state=row["booking__state"],
                sibling_born=row["booking__sibling__birth_date"],
                first_come=not any(by_draw_or_wait),
            )
        released_at = timezone.localtime(row["released_at"]) if row["released_at"] else None
        kept = row["status"] != DayStatus.RELEASED
        day = _Day(row["pk"], row["day"], row["pool"], row["family"], kept, released_at, row["with_sibling"])
        found[key].days.append(day)
    return _with_moves(found)


def _with_moves(found: dict[int, _Booked]) -> dict[int, _Booked]:
    """Of bookings that gave days back and kept others: what came later than the booking is asked for when it came."""
    mixed = {
        row.pk: key
        for key, one in found.items()
        if one.first_come and len({row.is_kept for row in one.days}) > 1
        for row in one.days
    }
    written = BookingDay.pgh_event_model.objects.filter(pgh_obj__in=mixed, pgh_label="insert")  # type: ignore[attr-defined]
    later: dict[tuple[int, datetime], list[_Day]] = defaultdict(list)
    for pk, at in written.values_list("pgh_obj", "pgh_created_at"):
        one = found[mixed[pk]]
        row = next(day for day in one.days if day.pk == pk)
        if one.at + A_MINUTE < at and timezone.localdate(at) < row.day:
            later[mixed[pk], timezone.localtime(at)].append(row)
    for number, ((key, at), rows) in enumerate(later.items(), start=1):
        one = found[key]
        one.days = [row for row in one.days if row not in rows]
        found[-number] = _Booked(one.registration, one.service, at, one.state, one.sibling_born, True, rows)
    return found


def _asks(booked: _Booked) -> list[Ask]:
    """A booking as one who asks for its days; none where all of them went to another moment."""
    if not booked.days:
        return []
    along = booked.sibling_born if any(row.with_sibling for row in booked.days) else None
    days = tuple(sorted({row.day for row in booked.days}))
    return [Ask(booked.at, booked.registration, booked.service, days, along, booked.afterwards())]


def _waits(world: World) -> list[WaitingEntry]:
    period = DateRange(world.first_day - BESIDE, world.last_day + BESIDE)
    entries = WaitingEntry.objects.filter(service__kind__in=STAYS, period__overlap=period)
    return list(entries.select_related("service", "sibling").order_by("joined_at", "pk"))


def _as_wait(entry: WaitingEntry, bookings: Mapping[int, _Booked]) -> Wait:
    left = entry.ended_at if entry.ended_as in NO_LONGER else None
    return Wait(
        at=timezone.localtime(entry.joined_at),
        household=entry.registration_id,
        service=entry.service.slug,
        days=tuple(days_between(entry.period.lower, entry.period.upper - timedelta(days=1))),
        sibling_born=entry.sibling.birth_date if entry.sibling else None,
        afterwards=_afterwards(entry.booking_id, bookings),
        left_at=timezone.localtime(left) if left else None,
    )


def _rounds(world: World) -> list[tuple[DrawRound, list[DrawEntry]]]:
    period = DateRange(world.first_day - BESIDE, world.last_day + BESIDE)
    rounds = DrawRound.objects.filter(drawn_at__isnull=False, called_off_at=None, period__overlap=period)
    listed = list(rounds.order_by("drawn_at", "pk").defer("promise", "entries", "ticket_list", "rooms", "usable"))
    entries: dict[int, list[DrawEntry]] = defaultdict(list)
    for entry in DrawEntry.objects.filter(round__in=listed).select_related("sibling", "turn").order_by("sign"):
        entries[entry.round_id].append(entry)
    return [(one, entries[one.pk]) for one in listed]


def _as_round(
    draw_round: DrawRound,
    entries: Iterable[DrawEntry],
    bookings: Mapping[int, _Booked],
    policies: Iterable[DrawPolicy],
) -> Round:
    drawn_at, drawn_on = timezone.localtime(draw_round.drawn_at), timezone.localdate(draw_round.draw_at)
    policy = next((one for one in policies if drawn_on in one.period), None)
    weights = weights_of(policy) if policy else Weights(0, 0, 0, 0, 0)
    order = {row["sign"]: row["order"] for row in draw_round.result or []}
    stood = [entry for entry in entries if entry.withdrawn_at is None or entry.withdrawn_at > drawn_at]
    return Round(
        at=drawn_at,
        pool=draw_round.pool_id,
        days=tuple(days_between(draw_round.period.lower, draw_round.period.upper - timedelta(days=1))),
        entries=[_as_entry(entry, order.get(entry.sign), weights, bookings) for entry in stood],
        weights=weights,
        mechanism=Mechanism(draw_round.mechanism),
        set_aside_percent=draw_round.set_aside_percent,
    )


def _as_entry(entry: DrawEntry, order: int | None, weights: Weights, bookings: Mapping[int, _Booked]) -> Entry:
    grounds, turn = entry.grounds or {}, getattr(entry, "turn", None)
    left = entry.withdrawn_at or (turn.ended_at if turn and turn.ended_as in NO_LONGER else None)
    booking = entry.booking_id or (turn.booking_id if turn else None)
    return Entry(
        household=entry.registration_id,
        wish=Wish(
            sign=entry.sign,
            choices=tuple(choice_from_published(row) for row in entry.choices),
            least_days=entry.least_days,
            sibling=entry.sibling_id is not None,
            or_without=entry.or_without,
            tickets=entry.tickets or 1,
            is_marked=entry.is_marked,
        ),
        entered_at=timezone.localtime(entry.entered_at),
        standing=Standing(
            high_need=Ground.HIGH_NEED in grounds or bool(entry.high_need_reason) or entry.need_counted_id is not None,
            lost_rounds=grounds.get(Ground.LOST_BEFORE, 0) // max(weights.lost_before, 1),
            days_left=0 if Ground.WINDOW_CLOSES in grounds else None,
        ),
        order=order,
        stays_in_line=entry.stays_in_line,
        left_at=timezone.localtime(left) if left else None,
        sibling_born=entry.sibling.birth_date if entry.sibling else None,
        afterwards=_afterwards(booking, bookings),
    )


def _afterwards(booking: int | None, bookings: Mapping[int, _Booked]) -> Afterwards:
    known = None if booking is None else bookings.get(booking)
    return known.afterwards() if known else KEPT


def _wants(
    bookings: Mapping[int, _Booked],
    rounds: Sequence[tuple[DrawRound, list[DrawEntry]]],
    waits: Sequence[WaitingEntry],
) -> dict[int, "Wanted"]:
    """By registration: the first day asked for, and what is known of her by what she asked for."""
    found: dict[int, Wanted] = {}
    for one in bookings.values():
        for row in one.days:
            found.setdefault(one.registration, Wanted()).note(row.day, sibling=row.with_sibling)
    for draw_round, entries in rounds:
        for entry in entries:
            need = bool(entry.high_need_reason) or entry.need_counted_id is not None
            found.setdefault(entry.registration_id, Wanted()).note(
                draw_round.period.lower, sibling=entry.sibling_id is not None, high_need=need
            )
    for wait in waits:
        sibling = wait.sibling_id is not None
        found.setdefault(wait.registration_id, Wanted()).note(wait.period.lower, sibling=sibling)
    return found
