"""A family leaves: it moves out of the ward, or gives its registration up. What it had booked after is given back."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState, DayStatus, GivenBackCause, WhyAway
from enrollment.addresses import address_on, leaving, lives_in_ward
from enrollment.confidential import Address
from enrollment.eligibility import Rule
from enrollment.families.life_events import change_address, ends, moves_away
from enrollment.models import Family, Registration
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .given_back import Consequences, TouchedDays, bring_back, note_given_back
from .locking import lock_booking
from .release import end_booking, release_days
from .who_may import look_again_later, note_offer_fallen

WHY_AWAY = {GivenBackCause.MOVED_OUT: WhyAway.RESIDENCY, GivenBackCause.ENDED: WhyAway.NOT_REGISTERED}

# Of a booking's days those that are given back.
GoneDays = Callable[[Booking, Sequence[date]], list[date]]


@in_transaction
def leave_ward(
    *, family: Family, last_day: date, by: User, at: datetime, takes_back_moves: bool = False
) -> Consequences:
    """The family moves out: what is booked after ``last_day``, and before it comes back, is given back.

    A later last day than was entered before brings back what was given back up to it, where it is free. What was used
    before anybody knew stays used, at its price, and is listed: it counts in no district (DEFAULT).

    Errors: as ``enrollment.families.life_events.moves_away``; Refused ``days_used_after`` where a stay was used on a
    day on which it no longer lived here, ``day_passed`` where nobody recorded yet whether the family came,
    ``stay_has_begun``.
    """
    registrations = moves_away(family=family, last_day=last_day, by=by, at=at, takes_back_moves=takes_back_moves)
    look_again_later(family, at)
    lives_here = lives_in_ward(family)
    given_back = _give_back(registrations, _away(lives_here), GivenBackCause.MOVED_OUT, by=by, at=at)
    came = bring_back(family=family, causes=[GivenBackCause.MOVED_OUT], only=lives_here, by=by, at=at)
    return Consequences(given_back, came.brought_back, came.stays_away, _used_away(family, last_day, lives_here))


def _used_away(family: Family, last_day: date, lives_here: Callable[[date], bool]) -> list[TouchedDays]:
    """The days after the last day on which the family used a stay or a visit, by booking. Two queries."""
    used = BookingDay.objects.filter(family=family, status=DayStatus.USED, day__gt=last_day).order_by("day")
    days: dict[int, list[date]] = {}
    for booking, day in used.values_list("booking", "day"):
        if not lives_here(day):
            days.setdefault(booking, []).append(day)
    bookings = Booking.objects.select_related("service__facility").in_bulk(days)
    return [TouchedDays(bookings[booking], of_booking, False) for booking, of_booking in days.items()]


@in_transaction
def move_within_ward(
    *,
    family: Family,
    address: Address,
    from_day: date,
    by: User,
    at: datetime,
    still_leaves: bool | None = None,
) -> Consequences:
    """The family lives at another address in the ward; a move out that is taken back gives its days again.

    Errors: as ``enrollment.families.life_events.change_address``.
    """
    change_address(family=family, address=address, from_day=from_day, by=by, at=at, still_leaves=still_leaves)
    look_again_later(family, at)
    return bring_back(family=family, causes=[GivenBackCause.MOVED_OUT], by=by, at=at)


@in_transaction
def stay_in_ward(*, family: Family, by: User, at: datetime) -> Consequences:
    """The family does not move out after all: it lives on where it lives, and what was given back comes back if free.

    Errors: Refused ``not_leaving`` where no move out is known, or it has left already: then it comes back by address.
    """
    leaves, today = leaving(family), timezone.localdate(at)
    address = address_on(family, leaves) if leaves is not None else None
    if leaves is None or leaves < today or address is None:
        raise Refused("not_leaving", _("No move out of the ward is known. If you come back, enter the new address."))
    return move_within_ward(family=family, address=address, from_day=leaves, still_leaves=False, by=by, at=at)


@in_transaction
def end_registration(*, registration: Registration, reason: str, by: User, at: datetime) -> Consequences:
    """End an approved registration today; what is booked after today is given back.

    Errors: Refused ``registration_not_live``, NotPossible ``no_reason``.
    """
    ended, today = ends(registration=registration, reason=reason, by=by, at=at), timezone.localdate(at)
    look_again_later(ended.birth.family, at)

    def after_today(_booking: Booking, days: Sequence[date]) -> list[date]:
        return [day for day in days if day > today]

    return Consequences(_give_back([ended], after_today, GivenBackCause.ENDED, by=by, at=at))


def _away(lives_here: Callable[[date], bool]) -> GoneDays:
    """The days of a booking on which the family lives outside the ward, and no exception lets it come."""

    def gone(booking: Booking, days: Sequence[date]) -> list[date]:
        granted = booking.registration.exceptions.filter(rule=Rule.RESIDENCY, granted_at__isnull=False)
        until: date | None = granted.aggregate(until=Max("last_day"))["until"]
        return [day for day in days if not lives_here(day) and (until is None or day > until)]

    return gone


def _give_back(
    registrations: list[Registration], gone: GoneDays, cause: GivenBackCause, *, by: User, at: datetime
) -> list[TouchedDays]:
    """Who leaves gives back late, too: the day until which a family may give back is no reason to keep a place."""
    live = (BookingState.OFFERED, BookingState.BOOKED, BookingState.ARRIVED)
    bookings = Booking.objects.filter(registration__in=registrations, state__in=live).order_by("pk")
    given_back = []
    for booking in map(lock_booking, bookings):
        was_offered = booking.state == BookingState.OFFERED
        if after := _given_back(booking, gone, cause, at):
            whole = booking.state == BookingState.CANCELLED
            said = {"was_offered": was_offered, "whole": whole}
            given_back.append(note_given_back(booking, after, **said, cause=cause, by=by, at=at))
    return given_back


def _given_back(booking: Booking, gone: GoneDays, cause: GivenBackCause, at: datetime) -> list[date]:
    """Give back the days that are gone; return them."""
    days = list(booking.days.kept().order_by("day"))
    lost = set(gone(booking, [day.day for day in days])) if days else set()
    after = [day for day in days if day.day in lost]
    if not after:
        return []
    if any(day.status == DayStatus.USED for day in after):
        raise Refused("days_used_after", _("%(number)s was used after this day.") % {"number": booking.number})
    if after[0].day < timezone.localdate(at):
        raise Refused("day_passed", _("%(number)s: the facility first records who came.") % {"number": booking.number})
    if len(after) < len(days):
        release_days(booking, [day.day for day in after], at)
        return [day.day for day in after]
    if booking.state == BookingState.ARRIVED:
        raise Refused("stay_has_begun", _("The family of %(number)s is in house.") % {"number": booking.number})
    # Who leaves has not declined: what was entered or waited for says why it does not count.
    if booking.state == BookingState.OFFERED:
        note_offer_fallen(booking, WHY_AWAY[cause], at)
    with translation.override(settings.LANGUAGE_CODE):  # the ward's record, whoever enters it
        end_booking(booking, BookingState.CANCELLED, reason=_("The family left."), at=at)
    return [day.day for day in after]
