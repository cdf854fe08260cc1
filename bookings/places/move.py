"""日程変更: a booking that has not begun goes to other days or another service; the old places are free."""

from collections.abc import Collection
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState
from facilities.models import FacilityOption, Service
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .booking_context import load_context
from .cancel import cancel_booking
from .locking import lock_booking, lock_pools
from .notices import tell_of_update
from .queries import VISITS, days_held
from .release import EndCode, refuse_too_late, release_days
from .reserve import (
    asked_for_now,
    hold_days,
    lock_and_count,
    refuse_before_draw,
    refuse_beyond_limits,
    refuse_impossible_days,
    refuse_ineligible,
    reserve_days,
)


@in_transaction
def move_booking(
    *, booking: Booking, days: Collection[date], by: User, at: datetime, service: Service | None = None
) -> Booking:
    """Let the booking have these days instead of its own; each new day needs a place, as when booking.

    ``service``: another one than now; then a new booking takes the old one's place, which is cancelled, and what was
    said of food goes along, as do the options that its facility has (``options_at``). Nothing is given up before
    everything new is there. Returns the booking that stands.

    Errors: as ``reserve_days``, and Refused ``not_changeable``, ``day_passed`` (the facility records the absence),
    ``too_late_to_give_back``; NotPossible ``same_days``.
    """
    locked = lock_booking(booking)
    if locked.state != BookingState.BOOKED:
        sentence = _("%(number)s cannot be moved: %(state)s.")
        raise Refused("not_changeable", sentence % {"number": locked.number, "state": locked.get_state_display()})
    if service is not None and service.pk != locked.service_id:
        return _to_another_service(locked, service, days, by, at)
    return _to_other_days(locked, sorted(days), by, at)


def _to_other_days(locked: Booking, wanted: list[date], by: User, at: datetime) -> Booking:
    today = timezone.localdate(at)
    before = set(days_held(locked))
    added, given_up = sorted(set(wanted) - before), sorted(before - set(wanted))
    refuse_impossible_days(wanted, today)
    if given_up and given_up[0] < today:
        raise Refused("day_passed", _("The first day has passed. Please call the facility."))
    if not added and not given_up:
        sentence = _("These are the days that you have already.")
        raise NotPossible("same_days", sentence, {"days": sentence})
    refuse_too_late(locked, given_up, by, at)
    known = load_context(locked.registration, locked.service, wanted, without=locked)
    refuse_ineligible(known, wanted, locked.sibling)
    refuse_beyond_limits(known, wanted, at, **asked_for_now(added, by))
    if added:
        refuse_before_draw(known, added)
        lock_and_count(locked.service, added, with_sibling=locked.sibling is not None)
    release_days(locked, given_up, at)
    hold_days(locked, added)
    tell_of_update(locked, at)
    return locked


def _to_another_service(locked: Booking, service: Service, days: Collection[date], by: User, at: datetime) -> Booking:
    lock_pools({locked.service.pool_id, service.pool_id})
    cancel_booking(booking=locked, by=by, at=at, reason=EndCode.MOVED)
    return reserve_days(
        registration=locked.registration,
        service=service,
        days=days,
        by=by,
        at=at,
        infant_count=locked.infant_count,
        sibling=locked.sibling,
        coupons=locked.coupons,
        options=options_at(service, locked),
        food=locked.food,
    )


def options_at(service: Service, booking: Booking) -> list[FacilityOption]:
    """Return those of the booking's options that it keeps at this service: its facility's own, and in house alone."""
    if service.kind in VISITS:
        return []
    return [option for option in booking.options.all() if option.facility_id == service.facility_id]
