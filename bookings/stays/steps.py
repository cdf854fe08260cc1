"""取消し・訂正: what was recorded of a stay taken back; what it frees is passed on only once it stands."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay, StayStep, StepKind, last_standing
from bookings.places.booking_context import load_context
from bookings.places.locking import lock_booking, lock_pools
from bookings.places.parts import part_off_what_lies_apart
from bookings.places.queries import days_held, places_on
from bookings.places.refusals import days_full
from bookings.places.release import release_days
from bookings.places.reserve import refuse_beyond_limits, refuse_who_may_not
from sankecare.errors import Refused, refuse_without_reason
from sankecare.isolation import isolated
from sankecare.transactions import in_transaction

# So long one touch takes a step back, and so long what it frees is kept (own default).
UNDO_FOR = timedelta(minutes=10)
BEFORE = {
    StepKind.ARRIVAL: BookingState.BOOKED,
    StepKind.ABSENCE: BookingState.BOOKED,
    StepKind.MISSED: BookingState.ARRIVED,
    StepKind.DEPARTURE: BookingState.ARRIVED,
}
# What ends the booking, so that what it holds still is free.
ENDS = (StepKind.ABSENCE, StepKind.DEPARTURE)


def note_step(
    locked: Booking,
    kind: StepKind,
    *,
    by: User,
    at: datetime,
    happened_at: datetime,
    rows: Sequence[int] | None = None,
) -> StayStep:
    """Note what is about to be recorded of a locked booking, with the days that it changes (None: all held now)."""
    held = rows
    if held is None:
        held = list(locked.days.filter(status=DayStatus.HELD).order_by("day").values_list("pk", flat=True))
    return StayStep.objects.create(
        booking=locked,
        kind=kind,
        held=held,
        happened_at=happened_at,
        recorded_at=at,
        recorded_by=by,
        undo_until=at + UNDO_FOR,
    )


@in_transaction
def settle_step(*, step: StayStep, at: datetime) -> bool:
    """Pass on what a step frees, once it can no longer be undone; False where it has been settled or taken back."""
    locked = lock_booking(step.booking)
    kept = StayStep.objects.select_for_update(no_key=True).get(pk=step.pk)
    if kept.settled_at is not None or not kept.stands or kept.undo_until > at:
        return False
    if kept.kind in ENDS:
        release_days(locked, days_held(locked), at, missed=kept.kind == StepKind.ABSENCE)
    kept.settled_at = at
    kept.save(update_fields=["settled_at"])
    return True


def settle_steps(*, at: datetime) -> int:
    """Settle every step whose time to undo is over, each in a transaction of its own; return how many."""
    due = StayStep.objects.filter(settled_at__isnull=True, taken_back_at__isnull=True, undo_until__lte=at)
    settled = 0
    for step in due.select_related("booking").order_by("undo_until", "pk"):
        with isolated("stay_step_not_settled", step.pk), transaction.atomic(durable=True):
            settled += settle_step(step=step, at=at)
    return settled


@in_transaction
def take_back_step(
    *, step: StayStep, by: User, at: datetime, reason: str = "", days: Collection[date] | None = None
) -> Booking:
    """Take the last step of a booking back: it is as before, and holds its days again.

    Until ``undo_until`` by one touch, later with a reason. ``days``: which of the days it held before (None: all);
    one that another family has by now cannot be given back. What lay apart of a stay stays a booking of its own.

    Errors: Refused ``taken_back_already``, ``not_the_last_step``, ``records_written`` (an arrival on which something
    was written), ``day_full``; NotPossible ``no_reason``; those of ``refuse_again``.
    """
    locked = lock_booking(step.booking)
    kept = StayStep.objects.select_for_update(no_key=True, of=("self",)).get(pk=step.pk)
    if at > kept.undo_until:
        refuse_without_reason(reason)
    _refuse_not_last(locked, kept)
    if kept.kind == StepKind.ARRIVAL:
        _forget_stay(locked)
    elif kept.kind == StepKind.DEPARTURE:
        # What was written for the mother and the house stays, for when the family does leave.
        Stay.objects.filter(booking=locked).update(departed_at=None, departure_recorded_by=None)
    locked.state, locked.ended_reason = BEFORE[StepKind(kept.kind)], ""
    locked.save(update_fields=["state", "ended_reason"])
    _hold_again(locked, kept, days, at)
    if locked.state == BookingState.ARRIVED:
        _used_on_the_day_of_arrival(locked)
        part_off_what_lies_apart(locked)
    kept.taken_back_at, kept.taken_back_by, kept.reason = at, by, reason.strip()
    kept.save(update_fields=["taken_back_at", "taken_back_by", "reason"])
    return locked


def _used_on_the_day_of_arrival(locked: Booking) -> None:
    """Who is in house was there on its day of arrival, also where that was corrected after the step taken back."""
    arrived_at = Stay.objects.values_list("arrived_at", flat=True).get(booking=locked)
    locked.days.kept().filter(day=timezone.localdate(arrived_at)).update(status=DayStatus.USED)


def days_before(step: StayStep) -> list[tuple[date, bool]]:
    """Return the days that the booking held before the step, each with whether it can be held again."""
    rows = _days_of(step)
    if not rows:
        return []
    free = free_again(rows)
    return [(row.day, row.is_kept or row.day in free) for row in rows]


def refuse_taken_back(step: StayStep) -> None:
    """Refuse a step that does not stand any more. Errors: Refused ``taken_back_already``."""
    if not step.stands:
        raise Refused("taken_back_already", _("This has been taken back already."))


def _refuse_not_last(locked: Booking, step: StayStep) -> None:
    refuse_taken_back(step)
    if last_standing(locked.steps.all()) != step:
        raise Refused("not_the_last_step", _("Something was recorded after this. Please take that back first."))


def _forget_stay(locked: Booking) -> None:
    """An arrival that was none leaves no stay behind; what it said stays in the history."""
    try:
        Stay.objects.filter(booking=locked).delete()
    except ProtectedError as records:
        sentence = _("Something was written of this stay. Please correct that first, or record the departure.")
        raise Refused("records_written", sentence) from records


def _hold_again(locked: Booking, step: StayStep, wanted: Collection[date] | None, at: datetime) -> None:
    rows = _days_of(step)
    came = {timezone.localdate(stay.arrived_at) for stay in Stay.objects.filter(booking=locked)}
    again = [row for row in rows if wanted is None or row.day in wanted or row.day in came]
    released = [row for row in again if not row.is_kept]
    if rows and not again:
        raise days_full(row.day for row in rows)
    lock_pools({row.pool_id for row in released})
    full = {row.day for row in released} - free_again(released)
    if full:
        raise days_full(sorted(full))
    refuse_again(locked, released, at)
    keys = [row.pk for row in again]
    BookingDay.objects.filter(pk__in=keys).update(status=DayStatus.HELD, released_at=None, missed=False)
    given_up = [row.day for row in rows if row.pk not in set(keys) and row.is_kept]
    release_days(locked, given_up, step.undo_until)


def refuse_again(locked: Booking, released: Sequence[BookingDay], at: datetime) -> None:
    """Refuse released days that would be the family's again, in the caller's transaction, under the locks.

    She may have booked others in their stead by now: the birth has no more days than it has. Of those to come, she
    must still be allowed to use them; what has passed is told as it was.

    Errors: the limits' codes; those of ``refuse_who_may_not``.
    """
    if not released:
        return
    today = timezone.localdate(at)
    days = sorted(row.day for row in released)
    known = load_context(locked.registration, locked.service, days)
    refuse_beyond_limits(known, days, at)
    along = sorted(row.day for row in released if row.with_sibling and row.day >= today)
    if coming := [day for day in days if day >= today]:
        refuse_who_may_not(known, coming, locked.sibling if along else None, at, sibling_days=along)


def _days_of(step: StayStep) -> list[BookingDay]:
    """The days that the step changed; those that lie apart by now are another booking's."""
    return list(BookingDay.objects.filter(pk__in=step.held, booking=step.booking_id).order_by("day"))


def free_again(rows: Collection[BookingDay]) -> set[date]:
    """Of released days those that have a place left, and on which the family has no other one. For past days too."""
    free: set[date] = set()
    for pool in {row.pool_id for row in rows}:
        mine = [row for row in rows if row.pool_id == pool]
        taken = set(
            BookingDay.objects.kept()
            .filter(family__in={row.family_id for row in mine}, day__in=[row.day for row in mine])
            .values_list("day", flat=True)
        )
        free |= {row.day for row in places_on(pool, [one.day for one in mine]) if row.free > 0} - taken
    return free
