"""利用者の変更: who takes part in a booking, and what they may eat; in house for the days to come. Priced anew."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState
from enrollment.models import Sibling
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from . import refusals
from .booking_context import load_context, places_under_lock
from .locking import lock_booking
from .queries import CHANGEABLE
from .release import notify_waiting_list
from .reserve import (
    days_along,
    infants_taking_part,
    refuse_foreign_sibling,
    refuse_ineligible,
    refuse_without_sibling_room,
)


@in_transaction
def change_party(
    *,
    booking: Booking,
    infant_count: int,
    sibling: Sibling | None,
    coupons: int,
    by: User,
    at: datetime,
    food: str | None = None,
    from_day: date | None = None,
    until_day: date | None = None,
) -> Booking:
    """Say anew how many infants come, which sibling (None = none), and how many coupons will be handed over.

    ``food``: allergies and what they eat; None leaves it. ``from_day``, ``until_day``: from which to which day the
    sibling comes, or from which day on it stays at home; None: from the first day, in house from today, to the last,
    and never from when its school starts.

    Errors: Refused ``not_changeable``, ``sibling_rooms_full``; NotPossible ``infants``, ``infants_in_house`` (the stay
    is priced with those that came), ``day_passed``, ``no_sibling_day``, ``sibling_of_another``, ``not_eligible`` (the
    service takes no sibling, or not so long).
    """
    kept = lock_booking(booking)
    if kept.state not in CHANGEABLE:
        raise refusals.not_changeable(kept)
    kept.infant_count = _infants(kept, infant_count)
    refuse_foreign_sibling(kept.registration, sibling)
    today = timezone.localdate(at)
    _refuse_passed_day(kept, from_day, today)
    before = dict(kept.days.kept().order_by("day").values_list("day", "with_sibling"))
    # Before arrival every day can be said anew, in house those to come.
    open_days = [day for day in before if kept.state != BookingState.ARRIVED or day >= today]
    chosen = [day for day in open_days if from_day is None or day >= from_day]
    if sibling is None:
        after = before | dict.fromkeys(chosen, False)
    else:
        along = _along(chosen, until_day, sibling) if open_days else []
        after = before | {day: day in along for day in open_days}
        if sibling.pk != kept.sibling_id or after != before:
            _refuse_sibling(kept, sibling, before, after)
    if any(before[day] and not there for day, there in after.items()):
        notify_waiting_list([kept.service.pool_id], at)  # a family may wait for the room that takes a sibling
    kept.sibling, kept.coupons = sibling, coupons
    kept.food = kept.food if food is None else food.strip()
    kept.save(update_fields=["infant_count", "sibling", "coupons", "food"])
    for there in (True, False):
        kept.days.kept().filter(day__in=[day for day in after if after[day] is there]).update(with_sibling=there)
    return kept


def _infants(locked: Booking, asked: int) -> int:
    if locked.state == BookingState.ARRIVED and asked != locked.infant_count:
        sentence = _("The babies who came are counted for the whole stay.")
        raise NotPossible("infants_in_house", sentence, {"infants": sentence})
    return infants_taking_part(locked.registration.birth.infants.count(), asked)


def _refuse_passed_day(locked: Booking, from_day: date | None, today: date) -> None:
    if locked.state == BookingState.ARRIVED and from_day is not None and from_day < today:
        sentence = _("Days that have passed stay as they were.")
        raise NotPossible("day_passed", sentence, {"from_day": sentence})


def _along(chosen: list[date], until_day: date | None, sibling: Sibling) -> list[date]:
    """Return the days on which the sibling comes, up to the last one said and to the start of its school."""
    along = [day for day in chosen if until_day is None or day <= until_day]
    if not along:
        sentence = _("The sibling would come on none of the days. Choose a later last day, or no sibling.")
        raise NotPossible("no_sibling_day", sentence, {"until_day": sentence})
    return days_along(along, sibling)


def _refuse_sibling(locked: Booking, sibling: Sibling, before: dict[date, bool], after: dict[date, bool]) -> None:
    """Days on which a sibling was there already count with those to come; only new ones need a room."""
    along = [day for day, there in after.items() if there]
    known = load_context(locked.registration, locked.service, list(after))
    refuse_ineligible(known, along, sibling, sibling_days=along)
    if new := [day for day in along if not before[day]]:
        refuse_without_sibling_room(locked.service, places_under_lock(locked.service.pool_id, new))
