"""高い必要性: staff set it for a time, with the reason and who asked; or end it before its time. No place is given."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import HighNeed
from enrollment.models import Family
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.periods import period
from sankecare.transactions import in_transaction


@in_transaction
def set_high_need(
    *, family: Family, first_day: date, last_day: date, reason: str, asked_by: User, by: User, at: datetime
) -> HighNeed:
    """Let the family weigh more in draws whose deadline is from the first to the last day.

    In the transaction of the caller: who asks is known above (referrals). Errors: NotPossible ``no_reason``,
    ``days_out_of_order``.
    """
    refuse_without_reason(reason)
    if last_day < first_day:
        sentence = _("The last day lies before the first.")
        raise NotPossible("days_out_of_order", sentence, {"last_day": sentence})
    return HighNeed.objects.create(
        family=family,
        period=period(first_day, last_day),
        reason=reason.strip(),
        asked_by=asked_by,
        set_by=by,
        set_at=at,
    )


@in_transaction
def end_high_need(*, need: HighNeed, reason: str, by: User, at: datetime) -> HighNeed:
    """End it before its time: draws whose deadline is still to come do not count it any more.

    Errors: NotPossible ``no_reason``; Refused ``ended``.
    """
    refuse_without_reason(reason, field="ended_reason")
    locked = HighNeed.objects.select_for_update(no_key=True).get(pk=need.pk)
    if locked.ended_at is not None:
        raise Refused("ended", _("It was ended already."))
    locked.ended_at, locked.ended_by, locked.ended_reason = at, by, reason.strip()
    locked.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    return locked
