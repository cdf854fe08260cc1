"""キャンセル待ち: a family waits for days that are full; a freed place is held for the next who can use it."""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.draw_facts import policy_on
from bookings.models import BookingState, FreedPlace, WaitingEnd, WaitingEntry
from bookings.places.booking_context import load_context
from bookings.places.locking import lock_pools, lock_registration
from bookings.places.notices import tell_who_counts
from bookings.places.queries import places_on
from bookings.places.refusals import db_errors_as_refusals, guarded_transaction
from bookings.places.reserve import (
    MOST_DAYS,
    days_along,
    lock_and_count,
    refuse_before_draw,
    refuse_foreign_sibling,
    refuse_impossible_days,
    refuse_unregistered,
    refuse_who_may_not,
    reserve_days,
)
from enrollment.models import Registration, Sibling
from facilities.models import Service
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from sankecare.isolation import isolated
from sankecare.periods import midnight
from sankecare.transactions import in_transaction

from .counting import RELATED, changed_of, days_of

logger = logging.getLogger(__name__)

OFFER_MAIL = "place_offered"
MOST_ENTRIES = 5


@in_transaction
def join_waiting_list(
    *,
    registration: Registration,
    service: Service,
    first_day: date,
    last_day: date,
    by: User,
    at: datetime,
    sibling: Sibling | None = None,
) -> WaitingEntry:
    """Wait for all days of a stretch that has no place, or none in a room that takes the ``sibling``.

    Joining again for the same days is once. Errors: as ``reserve_days`` but ``day_full`` and ``sibling_rooms_full``;
    Refused ``place_free`` (book it), ``waits_for_enough``; NotPossible ``days_out_of_order``, ``too_late_to_wait``,
    ``no_draw_policy``.
    """
    length = min((last_day - first_day).days + 1, MOST_DAYS + 1)
    days = [first_day + timedelta(days=number) for number in range(length)]
    locked, today = lock_registration(registration.pk), timezone.localdate(at)
    refuse_unregistered(locked)
    if not days:
        sentence = _("The last day lies before the first.")
        raise NotPossible("days_out_of_order", sentence, {"last_day": sentence})
    refuse_impossible_days(days, today)
    if first_day == today:
        sentence = _("Places for today are given by the facility: please call there.")
        raise NotPossible("too_late_to_wait", sentence, {"first_day": sentence})
    refuse_foreign_sibling(locked, sibling)
    known = load_context(locked, service, days)
    refuse_who_may_not(known, days, sibling, at, opening_for=days)
    refuse_before_draw(known, days)
    policy_on(today)
    along = days_along(days, sibling)
    _refuse_free(service, {day: day in along for day in days})
    period = DateRange(first_day, last_day + timedelta(days=1))
    live = WaitingEntry.objects.filter(registration=locked, ended_at__isnull=True)
    waits_already = live.filter(service=service, period=period).first()
    if waits_already is not None:
        return waits_already
    if live.count() >= MOST_ENTRIES:
        raise Refused("waits_for_enough", _("You wait for %(most)d stretches already.") % {"most": MOST_ENTRIES})
    return WaitingEntry.objects.create(
        registration=locked,
        service=service,
        period=period,
        sibling=sibling,
        infant_count=max(locked.birth.infants.count(), 1),
        joined_at=at,
        joined_by=by,
    )


@in_transaction
def leave_waiting_list(*, entry: WaitingEntry, at: datetime) -> WaitingEntry:
    """Wait no longer. Errors: Refused ``place_offered`` while a place is held for her: that is to be answered."""
    lock_registration(entry.registration_id)
    locked = WaitingEntry.objects.select_for_update(of=("self",)).select_related("booking").get(pk=entry.pk)
    if locked.booking is not None and locked.booking.state == BookingState.OFFERED:
        raise Refused("place_offered", _("A place is held for you now: please answer that first."))
    if locked.ended_at is None:
        _end(locked, WaitingEnd.LEFT, at)
    return locked


def pass_on(pool: int, at: datetime) -> list[WaitingEntry]:
    """Hold the freed places of a pool for the next families who can use them, in the order of joining.

    It runs when the transaction that freed them is over, or by the clock: it opens its own. Call it outside of one.
    What nobody who waits can use, or could answer to before its first day begins (draw policy), is free for everybody
    from then on. Returns who was offered a place. Run again,
    or by two workers at once, it gives nothing twice: who waits is looked at again under the locks. Where no draw
    policy says how long a place is held nobody is offered one: the places are free for everybody.
    """
    with guarded_transaction():
        return _passed_on(pool, at)


def _passed_on(pool: int, at: datetime) -> list[WaitingEntry]:
    # What is looked at now, and nothing that came free since, is passed on here; the rest has its own turn.
    freed = list(FreedPlace.objects.filter(pool=pool, passed_on_at__isnull=True))
    waiting = _could_be_offered(pool, {row.day for row in freed})
    for key in sorted({entry.registration_id for entry in waiting}):
        lock_registration(key)
    lock_pools([pool])
    FreedPlace.objects.filter(pk__in=[row.pk for row in freed], passed_on_at__isnull=True).update(passed_on_at=at)
    if not waiting:
        return []
    try:
        policy = policy_on(timezone.localdate(at))
    except NotPossible as refused:
        logger.error("nobody_is_offered_a_place", extra={"entry": pool, "error": refused.code})
        return []
    until, in_time = at + timedelta(hours=policy.offer_hours), at + timedelta(hours=policy.least_answer_hours)
    waiting = [entry for entry in waiting if midnight(entry.period.lower) >= in_time]
    for entry in changed_of(waiting, at):
        tell_who_counts(entry.registration, at)
    return [entry for entry in waiting if not entry.away_why and _offered(entry, until, at)]


def pass_on_all(*, at: datetime) -> int:
    """Pass on whatever is still on its way (a process that ended in between), and end what has passed.

    A pool that cannot be passed on keeps no other from its turn; it is tried again the next time. Returns how many
    families were offered a place.
    """
    today = timezone.localdate(at)
    waiting = WaitingEntry.objects.filter(ended_at__isnull=True, booking__isnull=True)
    # What comes free on the day itself cannot be offered in time any more: the facility gives it.
    for entry in waiting.filter(period__startswith__lte=today):
        _end(entry, WaitingEnd.PASSED, at)
    pools = {*waiting.values_list("service__pool", flat=True)}
    pools |= {*FreedPlace.objects.filter(passed_on_at__isnull=True).values_list("pool", flat=True)}
    offered = 0
    for pool in sorted(pools):
        with isolated("places_not_passed_on", pool):
            offered += len(pass_on(pool, at))
    return offered


def _refuse_free(service: Service, days: dict[date, bool]) -> None:
    """Lock the pool; refuse days that can be booked now, and closed ones, for which nobody is ever offered a place."""
    try:
        lock_and_count(service, days)
    except NotPossible:
        raise
    except Refused:
        return
    raise Refused("place_free", _("These days are free: you can book them now."))


def _offered(entry: WaitingEntry, until: datetime, at: datetime) -> bool:
    """Hold all days of the entry, if there are places and rules allow it; the family hears of it by a mail."""
    starts = midnight(entry.period.lower)
    entry.refresh_from_db(fields=["booking", "ended_at"])
    if entry.booking_id is not None or entry.ended_at is not None or starts <= at:
        return False
    try:
        with db_errors_as_refusals(), transaction.atomic():
            entry.booking = reserve_days(
                registration=entry.registration,
                service=entry.service,
                days=days_of(entry),
                by=entry.joined_by,
                at=at,
                infant_count=entry.infant_count,
                sibling=entry.sibling,
                offered_until=min(until, starts),
            )
            entry.save(update_fields=["booking"])
    except Refused:
        return False
    account = entry.registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=OFFER_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{OFFER_MAIL}:{entry.booking.pk}",
            payload={"booking": entry.booking.pk},
            at=at,
        )
    return True


def _could_be_offered(pool: int, freed: set[date]) -> list[WaitingEntry]:
    """Return who waits for days that are all free or among those freed, in the order of joining."""
    entries = WaitingEntry.objects.filter(service__pool=pool, ended_at__isnull=True, booking__isnull=True)
    waiting = list(entries.select_related(*RELATED).order_by("joined_at", "pk"))
    days = sorted({day for entry in waiting for day in days_of(entry)})
    free = freed | {row.day for row in places_on(pool, days) if row.free}
    return [entry for entry in waiting if free.issuperset(days_of(entry))]


def _end(entry: WaitingEntry, how: WaitingEnd, at: datetime) -> None:
    entry.ended_at, entry.ended_as = at, how
    entry.save(update_fields=["ended_at", "ended_as"])
