"""A correction of a charge: a signed row with its reason, never an edit."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .models import Adjustment, Charge
from .queries import owed

MOST_YEN = 10_000_000


@in_transaction
def adjust_charge(*, charge: Charge, amount: int, reason: str, by: User, at: datetime) -> Adjustment:
    """Add ``amount`` yen (negative lowers) to what is owed for a charge. What is owed never falls below 0.

    Errors: NotPossible ``no_amount``, ``amount_too_large``, ``no_reason``; Refused ``below_zero``.
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
    return Adjustment.objects.create(charge=locked, amount=amount, reason=reason, made_at=at, made_by=by)


def _impossible(code: str, field: str, sentence: str) -> NotPossible:
    return NotPossible(code, sentence, {field: sentence})
