"""クーポン: handed over when the family pays, each of a mother's coupons once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking
from enrollment.models import Family
from sankecare.database_refusals import constraint_of
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .models import CouponPolicy, HandedCoupon


@in_transaction
def take_coupons(*, booking: Booking, numbers: Collection[int], by: User, at: datetime) -> None:
    """Take the mother's coupons of these numbers for the stay; the charge is issued with so many afterwards.

    The caller holds the booking's lock. Errors: Refused ``coupon_used`` (handed over before); NotPossible
    ``no_such_coupon``.
    """
    family = booking.registration.birth.family
    known = set(coupon_numbers())
    if any(number not in known for number in numbers):
        sentence = _("There is no coupon of this number.")
        raise NotPossible("no_such_coupon", sentence, {"coupons": sentence})
    used = sorted(set(coupons_handed_over(family)).intersection(numbers))
    if used:
        raise _used_already(used)
    try:
        with transaction.atomic():
            HandedCoupon.objects.bulk_create(
                HandedCoupon(booking=booking, family=family, number=number, handed_at=at, taken_by=by)
                for number in sorted(set(numbers))
            )
    except IntegrityError as refusal:  # another facility took one at the same moment
        if constraint_of(refusal) != "coupon_handed_over_once":
            raise
        raise _used_already(sorted(set(numbers))) from refusal


def _used_already(numbers: Sequence[int]) -> Refused:
    sentence = _("Coupon %(numbers)s has been used already.") % {"numbers": _(", ").join(map(str, numbers))}
    return Refused("coupon_used", sentence, {"coupons": sentence})


def coupon_numbers() -> list[int]:
    """Return the numbers on a mother's coupons, from 1: as many as any policy ever gave. One query."""
    most = CouponPolicy.objects.aggregate(most=Max("per_mother"))["most"] or 0
    return list(range(1, most + 1))


def coupons_handed_over(family: Family) -> list[int]:
    """Return the numbers of the mother's coupons that are used. One query."""
    return list(HandedCoupon.objects.filter(family=family).values_list("number", flat=True))
