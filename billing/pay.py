"""支払い: yen received at the facility for a charge, whole or in part, and given back; each once, never edited."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .models import Charge, Payment, PaymentKind, PaymentMethod
from .queries import owed, paid
from .settled import stop_reminders


@in_transaction
def receive_payment(
    *, charge: Charge, amount: int, method: PaymentMethod, by: User, at: datetime, at_ward: bool = False
) -> Payment:
    """Record a payment of ``amount`` yen. ``at_ward``: at the ward's desk, so that it lies in no facility's till.

    Errors: NotPossible ``no_amount``; Refused ``more_than_owed``.
    """
    locked = _locked(charge, amount)
    left = owed(locked) - paid(locked)
    if amount > left:
        sentence = _("%(left)s yen are still to be paid. Please enter no more than that.") % {"left": f"{left:,}"}
        raise Refused("more_than_owed", sentence, {"amount": sentence})
    received = Payment.objects.create(
        charge=locked,
        kind=PaymentKind.PAYMENT,
        method=method,
        amount=amount,
        received_at=at,
        received_by=by,
        at_ward=at_ward,
    )
    stop_reminders(locked, by=by, at=at)
    return received


@in_transaction
def refund_payment(
    *,
    charge: Charge,
    amount: int,
    method: PaymentMethod,
    reason: str,
    by: User,
    at: datetime,
    at_ward: bool = False,
) -> Payment:
    """Record ``amount`` yen given back, with the reason. ``at_ward``: by the ward's desk, out of no facility's till.

    Errors: NotPossible ``no_amount``, ``no_reason``; Refused ``more_than_paid``.
    """
    refuse_without_reason(reason)
    locked = _locked(charge, amount)
    received = paid(locked)
    if amount > received:
        sentence = _("%(paid)s yen have been paid: no more can be given back.") % {"paid": f"{received:,}"}
        raise Refused("more_than_paid", sentence, {"amount": sentence})
    return Payment.objects.create(
        charge=locked,
        kind=PaymentKind.REFUND,
        method=method,
        amount=amount,
        reason=reason,
        received_at=at,
        received_by=by,
        at_ward=at_ward,
    )


def _locked(charge: Charge, amount: int) -> Charge:
    if amount < 1:
        sentence = _("Please enter an amount of at least 1 yen.")
        raise NotPossible("no_amount", sentence, {"amount": sentence})
    # The charge is never updated; its lock makes two cashiers at once see each other.
    return Charge.objects.select_for_update(no_key=True).get(pk=charge.pk)
