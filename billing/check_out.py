"""退所: the family leaves, and its charge is issued, in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, Stay
from bookings.places.locking import lock_booking
from bookings.stays.stays import record_departure
from care.ended import refuse_seen_after
from care.planning.plans import close_aims, refuse_open_aims, say_next_steps
from care.record_queries import undecided_of
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .coupons import take_coupons
from .differences import compared, correct
from .issue import issue_charge
from .models import Charge, RideDirection
from .rides import record_ride


@dataclass(frozen=True)
class CheckedOut:
    """The departure, and the charge (of 0 yen where it is free); or, where an amount is missing, why there is none."""

    stay: Stay
    charge: Charge | None
    no_charge: str = ""


@in_transaction
def check_out(
    *,
    booking: Booking,
    by: User,
    at: datetime,
    note: str = "",
    summary: str = "",
    coupons: Collection[int] = (),
    fares: Mapping[RideDirection, int] | None = None,
    happened_at: datetime | None = None,
    outcomes: Mapping[int, str] | None = None,
    next_steps: Collection[int] | None = None,
    next_words: str = "",
    stops_undecided: bool = True,
) -> CheckedOut:
    """Record the departure and issue the charge of the days used.

    A departure that was taken back and is recorded anew has its charge already: an adjustment brings what is owed to
    what the stay costs now. A family that has left has left: where the stay cannot be priced yet (no tariff
    published), the departure is recorded all the same, and ``issue_charge`` makes up for it once staff have entered
    the amount.

    ``summary``: what the mother reads of her stay. ``coupons``: the numbers of those that she hands over; what she
    announced when booking takes nothing off by itself. ``fares``: yen of the rides that the ward bears, to the
    facility and back home. ``happened_at``: when the family left, where that is written later; the charge is issued
    ``at``.

    ``outcomes``: what became of the aims of the care plan, by their ids. ``next_steps``, ``next_words``: what comes
    next at home, the ward's phrases by their ids and own words by line; None: as it was said before.

    ``stops_undecided``: where scores propose a referral and nobody has decided, or an aim is still open, the family
    does not leave; but for a visit, which is over, and a departure that is put right.

    Errors: those of ``bookings.stays.stays.record_departure``; Refused ``seen_after``, ``proposal_undecided``,
    ``aims_open``, ``charge_already_issued``, ``coupon_used``, ``month_accepted``; NotPossible ``no_such_coupon``, and
    where her coupons cannot be used on this stay; those of the care plan and of recording a ride.
    """
    if lock_booking(booking).state == BookingState.ARRIVED:
        if outcomes:
            close_aims(booking=booking, outcomes=outcomes, by=by, at=at)
        if next_steps is not None:
            say_next_steps(booking=booking, phrases=next_steps, words=next_words, by=by, at=at)
    if stops_undecided:
        _refuse_undecided(booking)
        refuse_open_aims(booking)
    stay = record_departure(booking=booking, by=by, at=at, happened_at=happened_at, note=note, summary=summary)
    refuse_seen_after(stay)
    if coupons:
        take_coupons(booking=lock_booking(booking), numbers=coupons, by=by, at=at)
    for direction, fare in (fares or {}).items():
        record_ride(booking=booking, direction=direction, fare=fare, by=by, at=at)
    if issued := Charge.objects.filter(booking=booking).first():
        return CheckedOut(stay, issued, adjust_to_use(issued, by=by, at=at))
    try:
        charge = issue_charge(booking=booking, by=by, at=at)
    except NotPossible as not_priced:
        if "coupons" in not_priced.fields:
            raise  # what is handed over must be right before it is taken
        return CheckedOut(stay, None, not_priced.detail)
    return CheckedOut(stay, charge)


def _refuse_undecided(booking: Booking) -> None:
    if undecided_of(lock_booking(booking)):
        sentence = _("Scores propose a follow-up request. Please decide first: raise one, or none with the reason.")
        raise Refused("proposal_undecided", sentence)


def adjust_to_use(issued: Charge, *, by: User, at: datetime) -> str:
    """Bring what is owed to what the days used now cost; return why it could not be reckoned, or nothing."""
    (now,) = compared(Charge.objects.filter(pk=issued.pk))
    if now.amount:
        reason = _("Arrival or departure was recorded anew: other days were used.")
        correct(now, reason=reason, by=by, at=at)
    return now.why
