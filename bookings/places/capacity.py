"""枠の変更: places taken away (closure, fewer slots, suspension), with a decision for every family that it hits.

What a cut would hit is asked of the database itself: the rows are written, counted with its own
``facilities_slots_on`` and taken back. Applied, cut and decisions are one transaction; what is still above the slots
refuses all of it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState, DayStatus, NoticeKind
from facilities.calendar import days_between
from facilities.models import Capacity, Closure, DayOverride, PlacePool, Service
from sankecare.database_refusals import constraint_of
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .cancel import cancel_booking
from .locking import lock_pools, lock_registration
from .move import move_booking, options_at
from .notices import tell_family
from .release import release_days
from .turns import give_turn_back

MOST_OVERRIDDEN = 31
MOST_DAYS_CLOSED = 366
LIVE = (BookingState.OFFERED, BookingState.BOOKED, BookingState.ARRIVED)


class CutKind(StrEnum):
    """How places are taken away: closed, other slots on each day, or another capacity from a day on."""

    CLOSURE = "closure"
    OVERRIDE = "override"
    CAPACITY = "capacity"


@dataclass(frozen=True)
class Cut:
    """What is to hold from the first to the last day, both included; ``slots`` 0 is a suspension.

    ``last_day`` None: until further notice, for a capacity alone.
    """

    pool: PlacePool
    kind: CutKind
    first_day: date
    last_day: date | None
    slots: int
    reason: str


@dataclass(frozen=True)
class HitDay:
    """A day on which more families are booked than the cut leaves slots for."""

    day: date
    slots: int
    bookings: tuple[int, ...]

    @property
    def too_many(self) -> int:
        return len(self.bookings) - self.slots


class Fate(StrEnum):
    """What becomes of a booking that a cut hits."""

    KEEP = "keep"
    MOVE = "move"
    GIVE_UP_DAYS = "give_up_days"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Decision:
    """What staff decide for one booking, and what the family is told. ``days``, ``service``: where it moves to."""

    fate: Fate
    message: str = ""
    days: tuple[date, ...] = ()
    service: Service | None = None


def hit_by(cut: Cut) -> list[HitDay]:
    """Return the days on which the cut would leave fewer slots than are booked, with the bookings. Changes nothing.

    Errors: NotPossible ``days_out_of_order``, ``too_many_days``, ``no_reason``.
    """
    _refuse_impossible(cut)
    with transaction.atomic():
        write_rows(cut)
        hit = _over(cut)
        transaction.set_rollback(True)
    return hit


@in_transaction
def apply_cut(*, cut: Cut, decisions: Mapping[int, Decision], by: User, at: datetime) -> list[HitDay]:
    """Take the places away and carry out the decision for each booking hit, all of it or nothing.

    ``decisions``: by the booking's id. Families hear of it by a mail with a link, and read the message on their page.
    Returns what was hit. Errors: Refused ``cut_needs_decisions`` (more families than slots are left on a day),
    ``in_house`` (a family that is there is not cancelled); NotPossible ``no_message``; those of moving and cancelling.
    """
    _refuse_impossible(cut)
    for decision in decisions.values():
        if decision.fate != Fate.KEEP and not decision.message.strip():
            sentence = _("Please write to each family why.")
            raise NotPossible("no_message", sentence, {"message": sentence})
    decided = {row.pk: row for row in _decided(decisions)}
    with _left_over_in_words(), transaction.atomic():
        for registration in sorted({row.registration_id for row in decided.values()}):
            lock_registration(registration)
        elsewhere = {d.service.pool_id for d in decisions.values() if d.service is not None}
        lock_pools({cut.pool.pk, *elsewhere, *(row.service.pool_id for row in decided.values())})
        # Looked at again: what was read before the locks is not used.
        decided = {row.pk: row for row in _decided(decisions)}
        write_rows(cut)
        hit = _over(cut)
        for key in sorted(decided):
            given_up = [row.day for row in hit if key in row.bookings]
            _carry_out(decided[key], decisions[key], given_up, by, at)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return hit


def _decided(decisions: Mapping[int, Decision]) -> "QuerySet[Booking]":
    return Booking.objects.filter(pk__in=decisions).select_related("service", "registration__birth__family")


def _carry_out(booking: Booking, decision: Decision, hit: list[date], by: User, at: datetime) -> None:
    """``hit``: the booking's days on which there are more families than the cut leaves slots for; no other is lost."""
    if decision.fate == Fate.KEEP or (decision.fate == Fate.GIVE_UP_DAYS and not _held(booking, hit)):
        return
    if booking.state == BookingState.ARRIVED and decision.fate != Fate.GIVE_UP_DAYS:
        raise Refused("in_house", _("The family of %(number)s is in house.") % {"number": booking.number})
    kind, standing, message = NoticeKind.CANCELLED, booking, decision.message
    if decision.fate == Fate.MOVE:
        kind, message = NoticeKind.MOVED, _with_what_falls_away(booking, decision)
        standing = move_booking(booking=booking, days=decision.days, by=by, at=at, service=decision.service)
    elif decision.fate == Fate.GIVE_UP_DAYS and _other_days(booking, hit):
        kind = NoticeKind.DAYS_GIVEN_UP
        release_days(booking, hit, at)
    else:
        give_turn_back(booking, at)
        cancel_booking(booking=booking, by=by, at=at, reason=decision.message[:200])
    tell_family(booking=standing, kind=kind, message=message, by=by, at=at)


def _with_what_falls_away(booking: Booking, decision: Decision) -> str:
    """Return the message, and the options that the service it moves to does not have."""
    if decision.service is None:
        return decision.message
    goes_along = options_at(decision.service, booking)
    left = [str(option) for option in booking.options.all() if option not in goes_along]
    if not left:
        return decision.message
    falls_away = _("What you also wished for is not offered there: %(options)s.") % {"options": _(", ").join(left)}
    return f"{decision.message}\n{falls_away}"


def _held(booking: Booking, days: list[date]) -> "QuerySet[BookingDay]":
    return booking.days.filter(status=DayStatus.HELD, day__in=days)


def _other_days(booking: Booking, hit: list[date]) -> bool:
    held = _held(booking, hit).values("pk")
    return booking.days.kept().exclude(pk__in=held).exists()


def _refuse_impossible(cut: Cut) -> None:
    refuse_without_reason(cut.reason)
    if cut.last_day is None:
        if cut.kind != CutKind.CAPACITY:
            sentence = _("Please enter the last day.")
            raise NotPossible("no_last_day", sentence, {"last_day": sentence})
        return
    if cut.last_day < cut.first_day:
        sentence = _("The last day lies before the first.")
        raise NotPossible("days_out_of_order", sentence, {"last_day": sentence})
    most = MOST_OVERRIDDEN if cut.kind == CutKind.OVERRIDE else MOST_DAYS_CLOSED
    if cut.kind != CutKind.CAPACITY and (cut.last_day - cut.first_day).days >= most:
        sentence = _("Please choose at most %(limit)s days at once.") % {"limit": most}
        raise NotPossible("too_many_days", sentence, {"last_day": sentence})


def write_rows(cut: Cut) -> None:
    """Write the calendar's rows; the database checks them against what is booked when the decisions are done."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    after = cut.last_day + timedelta(days=1) if cut.last_day else None
    if cut.kind == CutKind.CLOSURE:
        Closure.objects.create(pool=cut.pool, period=DateRange(cut.first_day, after), reason=cut.reason)
    elif cut.kind == CutKind.OVERRIDE and cut.last_day is not None:
        for day in days_between(cut.first_day, cut.last_day):
            DayOverride.objects.update_or_create(
                pool=cut.pool, day=day, defaults={"slots": cut.slots, "reason": cut.reason}
            )
    else:
        _make_room_for(cut.pool, cut.first_day, after)
        Capacity.objects.create(
            pool=cut.pool, period=DateRange(cut.first_day, after), slots=cut.slots, reason=cut.reason
        )


def _make_room_for(pool: PlacePool, first: date, after: date | None) -> None:
    """Cut the capacities in force in the period out of it: what came before it stays, what comes after goes on."""
    for row in Capacity.objects.filter(pool=pool, period__overlap=DateRange(first, after)).order_by("period"):
        lower, upper = row.period.lower, row.period.upper
        goes_on = after is not None and (upper is None or upper > after)
        if lower is None or lower < first:
            row.period = DateRange(lower, first)
            row.save(update_fields=["period"])
        else:
            row.delete()
        if goes_on:
            Capacity.objects.create(pool=pool, period=DateRange(after, upper), slots=row.slots, reason=row.reason)


OVER = """
    SELECT day, facilities_slots_on(%s, day) AS slots, array_agg(DISTINCT booking_id ORDER BY booking_id)
      FROM bookings_bookingday
     WHERE pool_id = %s AND status <> 'released' AND day >= %s AND (%s::date IS NULL OR day <= %s)
     GROUP BY day HAVING count(*) > facilities_slots_on(%s, day) ORDER BY day
"""


def _over(cut: Cut) -> list[HitDay]:
    pool = cut.pool.pk
    with connection.cursor() as cursor:
        cursor.execute(OVER, [pool, pool, cut.first_day, cut.last_day, cut.last_day, pool])
        return [HitDay(day, slots, tuple(bookings)) for day, slots, bookings in cursor.fetchall()]


@contextmanager
def _left_over_in_words() -> Iterator[None]:
    try:
        yield
    except IntegrityError as refusal:
        if constraint_of(refusal) != "booking_day_within_slots":
            raise
        sentence = _("There are still more families than places on a day. Please decide for more of them.")
        raise Refused("cut_needs_decisions", sentence) from refusal
