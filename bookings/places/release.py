"""Days given up: free at once, unless families stand in line or wait for them; then they are on their way to them."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState
from facilities.models import Service
from sankecare.db import Question, Rows, run_batch
from sankecare.errors import NotPossible, Refused

from .day_policies import ask_given_back_until, last_day_given_back, policies_on
from .parts import part_off_what_lies_apart
from .queries import ask_days_of_booking, days_from
from .refusals import is_self_service

# Set by the app (apps.py): what passes freed places on once the transaction stands.
after_release: list[Callable[[int, datetime], object]] = []


RELEASE = """
    WITH given_up AS (
        UPDATE bookings_bookingday SET status = 'released', released_at = %s, missed = %s
         WHERE booking_id = %s AND status = 'held' AND (%s::date[] IS NULL OR day = ANY(%s::date[]))
        RETURNING pool_id, day)
    INSERT INTO bookings_freedplace (pool_id, day, freed_at)
    SELECT freed.pool_id, freed.day, %s
      FROM given_up AS freed
     WHERE NOT freed.day = ANY(%s::date[])
       AND (EXISTS (SELECT 1 FROM bookings_waitingentry waiting
                      JOIN facilities_service service ON service.id = waiting.service_id
                     WHERE service.pool_id = freed.pool_id AND waiting.period @> freed.day
                       AND waiting.ended_at IS NULL AND waiting.booking_id IS NULL)
         OR EXISTS (SELECT 1 FROM bookings_drawround round
                      JOIN bookings_drawentry entry ON entry.round_id = round.id
                      JOIN bookings_turn turn ON turn.entry_id = entry.id
                     WHERE round.pool_id = freed.pool_id AND round.period @> freed.day
                       AND turn.ended_at IS NULL AND turn.booking_id IS NULL
                       AND entry.choices @> jsonb_build_array(jsonb_build_object(
                               'days', jsonb_build_array(to_char(freed.day, 'YYYY-MM-DD'))))))
    RETURNING pool_id
"""
END = "UPDATE bookings_booking SET state = %s, ended_reason = %s WHERE id = %s"


class EndCode(StrEnum):
    """Why a booking ended, where no person says so. What a person writes is never one of them."""

    MOVED = "moved"
    LAPSED = "offer_lapsed"
    DECLINED = "offer_declined"
    AWAY = "offer_fell_away"


def release_days(booking: Booking, days: Collection[date], at: datetime, *, missed: bool = False) -> None:
    """Release the booking's days that are held, in the caller's transaction. ``missed``: she did not come on them.

    A stay in house keeps the run that it began with; days that lie apart then are a booking of their own.

    What the family signed up for on them is given back by a trigger of ``care``.

    Where a family stands in line or waits for one of them, the place counts as taken until it has been passed on.
    """
    if booking.state == BookingState.ARRIVED:
        part_off_what_lies_apart(booking, without=() if missed else days)
    (waited_for,) = run_batch(_release(booking, list(days), at, missed=missed))
    notify_waiting_list(_pools(waited_for), at)


def end_booking(
    booking: Booking,
    state: BookingState,
    *,
    reason: str,
    at: datetime,
    told: Sequence[Question] = (),
    taken_over: Collection[date] = (),
) -> None:
    """Let the booking end so, and release every day that it still holds, as ``release_days`` does. One query.

    ``told``: what announces it, written along. ``taken_over``: days whose places the same family takes over at once,
    in the same rooms and the same transaction: they are nobody else's for a moment.

    Errors: NotPossible ``reason_is_a_code`` for a person's words that are one of ours: the watch list reads those.
    """
    refuse_code_as_reason(reason)
    booking.state, booking.ended_reason = state, str(reason)
    ended = (END, [state, str(reason), booking.pk])
    asked = (ended, _release(booking, None, at, taken_over), ask_days_of_booking(booking))
    _ended, waited_for, days, *_told = run_batch(*asked, *told)
    booking.days_written = days_from(days)
    notify_waiting_list(_pools(waited_for), at)


def refuse_code_as_reason(reason: str) -> None:
    """Refuse a person's words that are one of our codes. Errors: NotPossible ``reason_is_a_code``."""
    if not isinstance(reason, EndCode) and reason.strip() in set(EndCode):
        sentence = _("Please give the reason in a few more words.")
        raise NotPossible("reason_is_a_code", sentence, {"reason": sentence})


def _release(
    booking: Booking,
    days: list[date] | None,
    at: datetime,
    taken_over: Collection[date] = (),
    *,
    missed: bool = False,
) -> Question:
    return RELEASE, [at, missed, booking.pk, days, days, at, list(taken_over)]


def _pools(waited_for: Rows) -> set[int]:
    return {pool for (pool,) in waited_for}


def notify_waiting_list(pools: Collection[int], at: datetime) -> None:
    """Have what came free in these pools passed on to who waits, once the transaction stands."""
    for pool in sorted(pools):
        for pass_on in after_release:
            transaction.on_commit(partial(pass_on, pool, at), robust=True)


def last_day_to_give_back(service: Service, days: Sequence[date]) -> date | None:
    """Return until when a family may give these days back online, by each one's policy; None = no limit. One query."""
    return last_day_given_back(policies_on(service, days))


def last_days_to_give_back(bookings: Collection[Booking]) -> dict[int, date]:
    """Return until when each of the bookings may be given back online, by its id; without a limit it is missing.

    One query.
    """
    return dict(run_batch(ask_given_back_until([booking.pk for booking in bookings]))[0])


def ask_to_give_back(booking: Booking) -> Question:
    """What ``refuse_too_late`` takes as ``known``, of all days that the booking holds."""
    return ask_given_back_until([booking.pk])


def refuse_too_late(
    booking: Booking, days: Sequence[date], by: User, at: datetime, *, known: Rows | None = None
) -> None:
    """Refuse a family that gives days back later than the policy lets it; staff do it for her on the telephone.

    ``known``: what ``ask_to_give_back`` answered, where these are all that the booking holds.
    """
    if not is_self_service(by) or booking.state != BookingState.BOOKED or not days:
        return
    until = last_day_to_give_back(booking.service, days) if known is None else next((day for _pk, day in known), None)
    if until is not None and timezone.localdate(at) > until:
        sentence = _("It could be given back here until %(until)s. Please call the facility.") % {
            "until": date_format(until)
        }
        raise Refused("too_late_to_give_back", sentence, {"days": sentence})
