"""日程変更: a booking that has not begun goes to other days or another service; the old places are free."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState
from facilities.models import FacilityOption, Service
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .booking_context import load_context
from .locking import lock_booking, lock_pools
from .notices import tell_of_update, update_entry
from .queries import VISITS
from .release import EndCode, end_booking, refuse_too_late, release_days
from .reserve import (
    NO_TIMES,
    announcement,
    asked_for_now,
    days_along,
    hold_days,
    lock_and_count,
    next_number,
    refuse_before_draw,
    refuse_impossible_days,
    refuse_who_may_not,
    write_booking,
)
from .sibling_days import sibling_stays
from .times_offered import refuse_other_times


@in_transaction
def move_booking(
    *,
    booking: Booking,
    days: Collection[date],
    by: User,
    at: datetime,
    service: Service | None = None,
    times: Mapping[date, time] = NO_TIMES,
) -> Booking:
    """Let the booking have these days instead of its own, in one exchange; a new day needs a place, as when booking.

    What the family has already in these rooms stays hers all the time: it needs no place, no notice and no opening,
    and is nobody's to wait for. Who comes on which day stays with the day (``sibling_stays``).

    ``service``: another one than now; then a new booking takes the old one's place, which is cancelled, and what was
    said of food goes along, as do the options that its facility has (``options_at``). Nothing is given up before
    everything new is there. ``times``: when the appointments of new days begin; days that stay keep theirs. Returns
    the booking that stands.

    Errors: as ``reserve_days``, and Refused ``not_changeable``, ``day_passed`` (the facility records the absence),
    ``too_late_to_give_back``; NotPossible ``same_days``.
    """
    locked = lock_booking(booking)
    if locked.state != BookingState.BOOKED:
        sentence = _("%(number)s cannot be moved: %(state)s.")
        raise Refused("not_changeable", sentence % {"number": locked.number, "state": locked.get_state_display()})
    to = locked.service if service is None or service.pk == locked.service_id else service
    exchange = _exchange(locked, to, sorted(days))
    _refuse_impossible_exchange(locked, to, exchange, by, at)
    refuse_other_times(to, times)
    if to == locked.service:
        return _to_other_days(locked, exchange, times, at)
    return _to_another_service(locked, to, exchange, times, by, at)


@dataclass(frozen=True)
class Exchange:
    """Days for days. ``wanted``: with whether the sibling is there; ``added``, ``given_up``: places that are new, and
    those that are left, in the rooms where each is.
    """

    wanted: dict[date, bool]
    added: list[date]
    given_up: list[date]

    @property
    def new(self) -> dict[date, bool]:
        """The days that need a place, with whether the sibling is there."""
        return {day: self.wanted[day] for day in self.added}


def who_would_come(booking: Booking, days: Collection[date]) -> dict[date, bool]:
    """Return with whom each of the days would be, where the booking moved to them: whether the sibling is there."""
    before = dict(booking.days.kept().values_list("day", "with_sibling"))
    stays = sibling_stays(before, days)
    along = days_along([day for day, there in stays.items() if there], booking.sibling)
    return {day: day in along for day in stays}


def _exchange(locked: Booking, to: Service, days: list[date]) -> Exchange:
    before, stays = set(locked.days_kept), who_would_come(locked, days)
    hers = before if to.pool_id == locked.service.pool_id else set()
    added = [day for day in stays if day not in hers]
    return Exchange(stays, added, sorted(before - (hers & set(stays))))


def _refuse_impossible_exchange(locked: Booking, to: Service, exchange: Exchange, by: User, at: datetime) -> None:
    wanted, today = list(exchange.wanted), timezone.localdate(at)
    refuse_impossible_days(wanted, today)
    if exchange.given_up and exchange.given_up[0] < today:
        raise Refused("day_passed", _("The first day has passed. Please call the facility."))
    if not exchange.added and not exchange.given_up and to == locked.service:
        sentence = _("These are the days that you have already.")
        raise NotPossible("same_days", sentence, {"days": sentence})
    refuse_too_late(locked, exchange.given_up, by, at)
    known = load_context(locked.registration, to, wanted, without=locked)
    along = [day for day, there in exchange.wanted.items() if there]
    anew = asked_for_now(exchange.added, by)
    refuse_who_may_not(known, wanted, locked.sibling, at, sibling_days=along, **anew)
    refuse_before_draw(known, exchange.added)


def _to_other_days(locked: Booking, exchange: Exchange, times: Mapping[date, time], at: datetime) -> Booking:
    if exchange.added:
        lock_and_count(locked.service, exchange.new)
    release_days(locked, exchange.given_up, at)
    hold_days(locked, exchange.new, times)
    tell_of_update(locked, at)
    return locked


def _to_another_service(  # noqa: PLR0917 - from what, to what, when, by whom
    locked: Booking, to: Service, exchange: Exchange, times: Mapping[date, time], by: User, at: datetime
) -> Booking:
    lock_pools({locked.service.pool_id, to.pool_id})
    if exchange.added:
        lock_and_count(to, exchange.new)
    stays = [day for day in exchange.wanted if day not in exchange.added]
    told = update_entry(locked, at)
    end_booking(locked, BookingState.CANCELLED, reason=EndCode.MOVED, at=at, told=told, taken_over=stays)
    made = Booking(
        id=next_number(),
        registration=locked.registration,
        service=to,
        infant_count=locked.infant_count,
        sibling=locked.sibling,
        coupons=locked.coupons,
        booked_at=at,
        booked_by=by,
        food=locked.food,
    )
    write_booking(made, exchange.wanted, told=announcement(made, at), times=times)
    made.options.set(options_at(to, locked))
    return made


def options_at(service: Service, booking: Booking) -> list[FacilityOption]:
    """Return those of the booking's options that it keeps at this service: its facility's own, and in house alone."""
    if service.kind in VISITS:
        return []
    return [option for option in booking.options.all() if option.facility_id == service.facility_id]
