"""キャンセル待ち: a family waits for days that are full; what comes free is passed on (passing_on.py)."""

from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.draws.draw_facts import policy_on
from bookings.models import BookingState, WaitingEnd, WaitingEntry
from bookings.places.booking_context import load_context
from bookings.places.locking import lock_registration
from bookings.places.reserve import (
    MOST_DAYS,
    days_along,
    lock_and_count,
    refuse_before_draw,
    refuse_foreign_sibling,
    refuse_impossible_days,
    refuse_unregistered,
    refuse_who_may_not,
)
from enrollment.models import Registration, Sibling
from facilities.models import Service
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

MOST_ENTRIES = 5
JOINED_MAIL = "waiting_joined"


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
    tells: bool = True,
) -> WaitingEntry:
    """Wait for all days of a stretch that has no place, or none in a room that takes the ``sibling``.

    Joining again for the same days is once. ``tells``: by a mail.

    Errors: as ``reserve_days`` but ``day_full`` and ``sibling_rooms_full``; Refused ``place_free`` (book it),
    ``waits_for_enough``; NotPossible ``days_out_of_order``, ``too_late_to_wait``, ``no_draw_policy``.
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
    entry = WaitingEntry.objects.create(
        registration=locked,
        service=service,
        period=period,
        sibling=sibling,
        infant_count=max(locked.birth.infants.count(), 1),
        joined_at=at,
        joined_by=by,
    )
    if tells:
        _tell_joined(entry, at)
    return entry


def _tell_joined(entry: WaitingEntry, at: datetime) -> None:
    account = entry.registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=JOINED_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{JOINED_MAIL}:{entry.pk}",
            payload={"entry": entry.pk},
            at=at,
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


@in_transaction
def wait_again(*, entry: WaitingEntry, at: datetime) -> WaitingEntry:
    """Take back that the family waits no longer, for some minutes (draw policy): its turn is as it was. Twice is once.

    Errors: Refused ``too_late_to_undo``, ``waits_already`` where it has joined again for the same days.
    """
    lock_registration(entry.registration_id)
    locked = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if locked.ended_at is None:
        return locked
    until = leaving_undone_until(locked, policy_on(timezone.localdate(at)).undo_minutes)
    if until is None or until < at:
        raise Refused("too_late_to_undo", _("You left the waiting list. Please join it again."))
    live = WaitingEntry.objects.filter(registration=locked.registration_id, ended_at__isnull=True)
    if live.filter(service=locked.service_id, period=locked.period).exists():
        raise Refused("waits_already", _("You wait for these days already."))
    locked.ended_at, locked.ended_as = None, ""
    locked.save(update_fields=["ended_at", "ended_as"])
    return locked


def leaving_undone_until(entry: WaitingEntry, minutes: int) -> datetime | None:
    """Return until when leaving the waiting list can be taken back; None where it was not left by the family."""
    if entry.ended_at is None or entry.ended_as != WaitingEnd.LEFT or not minutes:
        return None
    return entry.ended_at + timedelta(minutes=minutes)


def _refuse_free(service: Service, days: dict[date, bool]) -> None:
    """Lock the pool; refuse days that can be booked now, and closed ones, for which nobody is ever offered a place."""
    try:
        lock_and_count(service, days)
    except NotPossible:
        raise
    except Refused:
        return
    raise Refused("place_free", _("These days are free: you can book them now."))


def _end(entry: WaitingEntry, how: WaitingEnd, at: datetime) -> None:
    entry.ended_at, entry.ended_as = at, how
    entry.save(update_fields=["ended_at", "ended_as"])
