"""利用者の変更: who takes part in a booking, changed before it begins; it is priced anew with it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.models import Sibling
from sankecare.errors import Refused

from . import refusals
from .known import known_of, places_under_lock
from .locking import lock_booking
from .models import Booking, BookingState, DayStatus
from .release import let_pass_on
from .reserve import infants_taking_part, refuse_foreign_sibling, refuse_ineligible, refuse_without_sibling_room


def change_party(
    *, booking: Booking, infant_count: int, sibling: Sibling | None, coupons: int, by: User, at: datetime
) -> Booking:
    """Say anew how many infants come, which sibling (None = none), and how many coupons will be handed over.

    Errors: Refused ``not_changeable``, ``sibling_rooms_full``; NotPossible ``infants``, ``sibling_of_another``,
    ``not_eligible`` (the service takes no sibling, or not so long).
    """
    with refusals.guard_in_words(), transaction.atomic(durable=True):
        return change_party_within_transaction(
            booking=booking, infant_count=infant_count, sibling=sibling, coupons=coupons, by=by, at=at
        )


def change_party_within_transaction(
    *, booking: Booking, infant_count: int, sibling: Sibling | None, coupons: int, by: User, at: datetime
) -> Booking:
    """Do the same within the transaction of the caller (sankecare.idempotency)."""
    kept = lock_booking(booking)
    if kept.state != BookingState.BOOKED:
        sentence = _("%(number)s cannot be changed any more: %(state)s.")
        raise Refused("not_changeable", sentence % {"number": kept.number, "state": kept.get_state_display()})
    kept.infant_count = infants_taking_part(kept.registration.birth.infants.count(), infant_count)
    refuse_foreign_sibling(kept.registration, sibling)
    held = kept.days.filter(status=DayStatus.HELD)
    days = list(held.order_by("day").values_list("day", flat=True))
    if sibling is not None and sibling.pk != kept.sibling_id:
        refuse_ineligible(known_of(kept.registration, kept.service, days), days, sibling)
    if sibling is not None and kept.sibling_id is None:
        refuse_without_sibling_room(kept.service, places_under_lock(kept.service.pool_id, days))
    if kept.sibling_id is not None and sibling is None:
        let_pass_on([kept.service.pool_id], at)  # a family may wait for the room that takes a sibling
    kept.sibling, kept.coupons = sibling, coupons
    kept.save(update_fields=["infant_count", "sibling", "coupons"])
    held.update(with_sibling=sibling is not None)
    return kept
