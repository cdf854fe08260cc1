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
from .reserve import infants_taking_part, refuse_foreign_sibling, refuse_ineligible, refuse_without_sibling_room


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
) -> Booking:
    """Say anew how many infants come, which sibling (None = none), and how many coupons will be handed over.

    ``food``: allergies and what they eat; None leaves it. ``from_day``: from which day the sibling comes or stays at
    home; None: from the first day, in house from today.

    Errors: Refused ``not_changeable``, ``sibling_rooms_full``; NotPossible ``infants``, ``infants_in_house`` (the stay
    is priced with those that came), ``day_passed``, ``sibling_of_another``, ``not_eligible`` (the service takes no
    sibling, or not so long).
    """
    kept = lock_booking(booking)
    if kept.state not in CHANGEABLE:
        raise refusals.not_changeable(kept)
    kept.infant_count = _infants(kept, infant_count)
    refuse_foreign_sibling(kept.registration, sibling)
    first = _first_day(kept, from_day, timezone.localdate(at))
    with_sibling = dict(kept.days.kept().values_list("day", "with_sibling"))
    changed = sorted(day for day in with_sibling if first is None or day >= first)
    if sibling is not None and (sibling.pk != kept.sibling_id or not all(with_sibling[day] for day in changed)):
        _refuse_sibling(kept, sibling, with_sibling, changed)
    if sibling is None and any(with_sibling[day] for day in changed):
        notify_waiting_list([kept.service.pool_id], at)  # a family may wait for the room that takes a sibling
    kept.sibling, kept.coupons = sibling, coupons
    kept.food = kept.food if food is None else food.strip()
    kept.save(update_fields=["infant_count", "sibling", "coupons", "food"])
    kept.days.kept().filter(day__in=changed).update(with_sibling=sibling is not None)
    return kept


def _infants(locked: Booking, asked: int) -> int:
    if locked.state == BookingState.ARRIVED and asked != locked.infant_count:
        sentence = _("The babies who came are counted for the whole stay.")
        raise NotPossible("infants_in_house", sentence, {"infants": sentence})
    return infants_taking_part(locked.registration.birth.infants.count(), asked)


def _first_day(locked: Booking, from_day: date | None, today: date) -> date | None:
    if locked.state != BookingState.ARRIVED:
        return from_day
    if from_day is not None and from_day < today:
        sentence = _("Days that have passed stay as they were.")
        raise NotPossible("day_passed", sentence, {"from_day": sentence})
    return from_day or today


def _refuse_sibling(locked: Booking, sibling: Sibling, with_sibling: dict[date, bool], changed: list[date]) -> None:
    """Days on which a sibling was there already count with those to come; only new ones need a room."""
    days = sorted({*changed, *(day for day, there in with_sibling.items() if there)})
    refuse_ineligible(load_context(locked.registration, locked.service, days), days, sibling)
    if new := [day for day in changed if not with_sibling[day]]:
        refuse_without_sibling_room(locked.service, places_under_lock(locked.service.pool_id, new))
