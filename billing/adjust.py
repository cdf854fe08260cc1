"""A charge corrected, or lowered on purpose: a signed row with its kind and reason, never an edit."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .models import Adjustment, AdjustmentKind, Charge
from .queries import goodwill, owed

MOST_YEN = 10_000_000


@in_transaction
def adjust_charge(
    *, charge: Charge, kind: AdjustmentKind, amount: int, reason: str, by: User, at: datetime
) -> Adjustment:
    """Add ``amount`` yen (negative lowers) to what is owed for a charge. What is owed never falls below 0.

    ``kind``: a correction makes the charge what the records give and is compared with them ever after; goodwill is
    less than they give, on purpose, and stays. A goodwill can be taken back, all of it together never raises.

    Errors: NotPossible ``no_amount``, ``amount_too_large``, ``no_reason``; Refused ``below_zero``,
    ``goodwill_raises``.
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
    return Adjustment.objects.create(charge=locked, kind=kind, amount=amount, reason=reason, made_at=at, made_by=by)


def _impossible(code: str, field: str, sentence: str) -> NotPossible:
    return NotPossible(code, sentence, {field: sentence})
