"""A place held for a family until it answers: what was won in a draw, or came free. Unanswered it goes on.

A no is not final at once: the place stays held for some minutes (draw policy), in which it can be taken back. Nobody
else is told of the place before they are over.
"""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, DrawPolicy, WaitingEnd
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.isolation import isolated
from sankecare.moments import moment_in_words
from sankecare.transactions import in_transaction

from .booking_context import load_context
from .locking import lock_booking
from .queries import days_held
from .refusals import guarded_transaction
from .release import EndCode, end_booking
from .reserve import refuse_who_may_not, tell_of_booking
from .turns import end_turn

REMINDER_MAIL = "offer_reminder"
LAPSED_MAIL = "offer_lapsed"


@in_transaction
def accept_offer(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Take the place that is held: from now on it is a booking. Accepting twice is once; a no before it is forgotten.

    Errors: Refused ``offer_lapsed``, ``not_offered``; as ``refuse_who_may_not`` where the family may not use the days
    any more.
    """
    locked = lock_booking(booking)
    if locked.state == BookingState.BOOKED and locked.offered_until is not None:
        return locked
    _refuse_unless_offered(locked)
    _refuse_over(locked, at)
    days = days_held(locked)
    known = load_context(locked.registration, locked.service, days, without=locked)
    refuse_who_may_not(known, days, locked.sibling, at)
    locked.state, locked.booked_by, locked.given_on_at = BookingState.BOOKED, by, None
    locked.save(update_fields=["state", "booked_by", "given_on_at"])
    tell_of_booking(locked, at)
    end_turn(locked, WaitingEnd.PLACED, at)
    return locked


@in_transaction
def decline_offer(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Give the place that is held to somebody else, once the time to take the no back is over; without one at once.

    Declining twice is once. Errors: Refused ``not_offered``.
    """
    locked = lock_booking(booking)
    _refuse_unless_offered(locked)
    if locked.given_on_at is not None:
        return locked
    policy = _policy_at(at)
    if policy is None or not policy.undo_minutes or locked.offered_until is None:
        return _given_back(locked, EndCode.DECLINED, at)
    locked.given_on_at = min(at + timedelta(minutes=policy.undo_minutes), locked.offered_until)
    locked.save(update_fields=["given_on_at"])
    return locked


@in_transaction
def take_no_back(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Hold the place that was declined for the family again, until it was held before. Twice is once.

    Errors: Refused ``not_offered``, ``offer_lapsed`` once the time for it is over.
    """
    locked = lock_booking(booking)
    _refuse_unless_offered(locked)
    _refuse_over(locked, at)
    locked.given_on_at = None
    locked.save(update_fields=["given_on_at"])
    return locked


def lapse_offers(*, at: datetime) -> list[Booking]:
    """Give back every place that was not accepted in time or was declined; run again it does nothing.

    A batch: it opens a transaction for each, so that one that cannot be given back keeps no other. Call it outside
    of one.
    """
    unanswered = Booking.objects.filter(Q(offered_until__lt=at) | Q(given_on_at__lte=at), state=BookingState.OFFERED)
    lapsed = []
    for booking in list(unanswered.order_by("pk")):
        with isolated("offer_not_given_back", booking.pk), guarded_transaction():
            lapsed.append(_lapse(booking, at))
    return [booking for booking in lapsed if booking is not None]


def remind_of_offers(*, at: datetime) -> int:
    """Remind every family once that a place held for it is still to be answered; returns how many.

    So many hours before the end as the policy says, and not before half of the time is over. A batch, as
    ``lapse_offers``.
    """
    policy = _policy_at(at)
    if policy is None or not policy.remind_hours:
        return 0
    ending = Booking.objects.filter(
        Q(offered_until__lte=at + (F("offered_until") - F("booked_at")) / 2),
        state=BookingState.OFFERED,
        offered_until__gt=at,
        offered_until__lte=at + timedelta(hours=policy.remind_hours),
        given_on_at__isnull=True,
        reminded_at__isnull=True,
    )
    reminded = []
    for booking in list(ending.order_by("pk")):
        with isolated("not_reminded_of_offer", booking.pk), guarded_transaction():
            reminded.append(_remind(booking, at))
    return sum(reminded)


def _remind(booking: Booking, at: datetime) -> bool:
    locked = lock_booking(booking)
    if locked.state != BookingState.OFFERED or locked.given_on_at is not None or locked.reminded_at is not None:
        return False
    locked.reminded_at = at
    locked.save(update_fields=["reminded_at"])
    account = locked.registration.birth.family.account_id
    if account is None:
        return False
    outbox.enqueue(
        kind=REMINDER_MAIL,
        recipient=f"user:{account}",
        dedupe_key=f"{REMINDER_MAIL}:{locked.pk}",
        payload={"booking": locked.pk},
        at=at,
    )
    return True


def _lapse(booking: Booking, at: datetime) -> Booking | None:
    locked = lock_booking(booking)
    if locked.state != BookingState.OFFERED or locked.offered_until is None:
        return None
    if locked.given_on_at is not None and locked.given_on_at <= at:
        return _given_back(locked, EndCode.DECLINED, at)
    if locked.offered_until >= at:
        return None
    _tell_lapsed(locked, at)
    return _given_back(locked, EndCode.LAPSED, at)


def _tell_lapsed(locked: Booking, at: datetime) -> None:
    account = locked.registration.birth.family.account_id
    if account is not None:
        outbox.enqueue(
            kind=LAPSED_MAIL,
            recipient=f"user:{account}",
            dedupe_key=f"{LAPSED_MAIL}:{locked.pk}",
            payload={"booking": locked.pk},
            at=at,
        )


def _given_back(locked: Booking, reason: EndCode, at: datetime) -> Booking:
    end_turn(locked, WaitingEnd.LAPSED if reason == EndCode.LAPSED else WaitingEnd.DECLINED, at)
    end_booking(locked, BookingState.CANCELLED, reason=reason, at=at)
    return locked


def _policy_at(at: datetime) -> DrawPolicy | None:
    return DrawPolicy.objects.filter(period__contains=timezone.localdate(at)).first()


def _refuse_over(locked: Booking, at: datetime) -> None:
    """Also before the clock has given the place on: what was said to her holds."""
    declined = locked.given_on_at is not None and locked.given_on_at <= at
    until = locked.given_on_at if declined else locked.offered_until
    if declined or (until is not None and until < at):
        assert until is not None
        words = {"moment": moment_in_words(until)}
        raise Refused("offer_lapsed", _("This place was held for you until %(moment)s.") % words)


def _refuse_unless_offered(locked: Booking) -> None:
    if locked.state != BookingState.OFFERED:
        raise Refused(
            "not_offered",
            _("%(number)s is not waiting for an answer: %(state)s.")
            % {"number": locked.number, "state": locked.get_state_display()},
        )
