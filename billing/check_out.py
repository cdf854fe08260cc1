"""退所: the family leaves, and its charge is issued, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from bookings.models import Booking, Stay
from bookings.stays import depart_within_transaction
from sankecare.errors import NotPossible

from .issue import issue_within_transaction
from .models import Charge


@dataclass(frozen=True)
class CheckedOut:
    """The departure, and the charge; or, where an amount is not published, why there is none yet."""

    stay: Stay
    charge: Charge | None
    no_charge: str = ""


@transaction.atomic(durable=True)
def check_out(*, booking: Booking, by: User, at: datetime, note: str = "") -> CheckedOut:
    """Record the departure and issue the charge of the days used.

    A family that has left has left: where the stay cannot be priced yet (no tariff published), the departure is
    recorded all the same, and ``issue_charge`` makes up for it once staff have entered the amount.

    Errors: those of ``bookings.stays.record_departure``; Refused ``charge_already_issued``.
    """
    return check_out_within_transaction(booking=booking, by=by, at=at, note=note)


def check_out_within_transaction(*, booking: Booking, by: User, at: datetime, note: str = "") -> CheckedOut:
    """Do the same within the transaction of the caller (sankecare.idempotency)."""
    stay = depart_within_transaction(booking=booking, by=by, at=at, note=note)
    try:
        charge = issue_within_transaction(booking=booking, by=by, at=at)
    except NotPossible as not_priced:
        return CheckedOut(stay, None, not_priced.detail)
    return CheckedOut(stay, charge)
