"""A charge corrected, or lowered on purpose: a signed row with its kind and reason, never an edit."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import DayStatus
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .contract import by_contract
from .models import Adjustment, AdjustmentKind, Charge
from .queries import goodwill, owed
from .settled import stop_reminders

MOST_YEN = 10_000_000


@in_transaction
def adjust_charge(
    *,
    charge: Charge,
    kind: AdjustmentKind,
    amount: int,
    reason: str,
    by: User,
    at: datetime,
    day: date | None = None,
) -> Adjustment:
    """Add ``amount`` yen (negative lowers) to what is owed for a charge. What is owed never falls below 0.

    ``kind``: a correction makes the charge what the records give and is compared with them ever after; goodwill is
    less than they give, on purpose, and stays. A goodwill can be taken back, all of it together never raises.

    ``day``: the day of the stay that it is about: the facility's claim follows it by the contract of that day. It may
    be left out where all days of the stay are of one fiscal year and one contract.

    Errors: NotPossible ``no_amount``, ``amount_too_large``, ``no_reason``, ``not_its_day``, ``which_day``; Refused
    ``below_zero``, ``goodwill_raises``.
    """
    if amount == 0:
        raise _impossible("no_amount", "amount", _("Please enter an amount other than 0."))
    if abs(amount) > MOST_YEN:
        raise _impossible("amount_too_large", "amount", _("This amount is too large. Please check it."))
    refuse_without_reason(reason)
    # The row of the charge is never updated; its lock makes two corrections at once see each other.
    locked = Charge.objects.select_for_update(no_key=True).get(pk=charge.pk)
    left = owed(locked) + amount
    if left < 0:
        raise Refused(
            "below_zero",
            _("What is owed would fall below 0: it is %(owed)d yen now.") % {"owed": left - amount},
            {"amount": _("At most %(owed)d yen can be taken off.") % {"owed": left - amount}},
        )
    if kind == AdjustmentKind.GOODWILL and goodwill(locked) + amount > 0:
        sentence = _("Goodwill only lowers what is owed. To raise it, enter a correction.")
        raise Refused("goodwill_raises", sentence, {"amount": sentence})
    made = Adjustment.objects.create(
        charge=locked, kind=kind, amount=amount, reason=reason, made_at=at, made_by=by, day=_day_of(locked, day, at)
    )
    stop_reminders(locked, by=by, at=at)
    return made


def _day_of(charge: Charge, day: date | None, at: datetime) -> date:
    """Return the day that the adjustment is about; that of the moment where the charge has no day."""
    days = days_of(charge)
    if day is not None:
        if days and day not in days:
            raise _impossible("not_its_day", "day", _("This is no day of this stay."))
        return day
    groups = by_contract(charge.booking.service, days)
    if len(groups) > 1:
        sentence = _("The stay lies in two fiscal years or under two contracts. Please say which day this is about.")
        raise _impossible("which_day", "day", sentence)
    return days[0] if days else timezone.localdate(at)


def days_of(charge: Charge) -> list[date]:
    """Return the days that an adjustment of the charge may be about: charged, corrected, or used now. Three queries.

    A day that a correction added and another one takes away again is neither charged nor used.
    """
    charged = set(charge.lines.values_list("day", flat=True)) | set(charge.adjustments.values_list("day", flat=True))
    used = charge.booking.days.filter(status=DayStatus.USED).values_list("day", flat=True)
    return sorted(charged | set(used))


def _impossible(code: str, field: str, sentence: str) -> NotPossible:
    return NotPossible(code, sentence, {field: sentence})
