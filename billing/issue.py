"""請求: the charge of a stay, once the family has left."""

from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, DayStatus
from bookings.places.locking import lock_booking
from enrollment.queries import tax_class_on
from sankecare.database_refusals import constraint_of
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from . import fees
from .charge import Used, build_charge
from .models import Charge, ChargeLine, Claim, ClaimState, OpenItem
from .open_items import enter_next_claim
from .queries import coupon_terms, coupons_used, tariff_rows
from .refusals import month_accepted, not_priced


@in_transaction
def issue_charge(*, booking: Booking, by: User, at: datetime) -> Charge:
    """Issue the charge of a stay that has ended: the days used, each at the tariff and tax class in force on it.

    Days of an accepted month that could not be priced then enter the claim of this month (billing/open_items.py).

    Errors: Refused ``not_departed``, ``charge_already_issued``, ``month_accepted``; NotPossible where an amount or a
    tax class is missing (billing.refusals): then nothing is written, and it can be issued once staff have entered it.
    """
    locked = lock_booking(booking)
    if locked.state != BookingState.DEPARTED:
        raise Refused("not_departed", _("The charge is issued once the family has left."))
    if Charge.objects.filter(booking=locked).exists():
        raise Refused("charge_already_issued", _("The charge of this stay has already been issued."))
    used = what_was_used(locked)
    _refuse_accepted_months(locked, used)
    tariffs, terms = _rows_in_force(locked, used)
    try:
        charge, lines = build_charge(booking=locked, used=used, tariffs=tariffs, coupon_terms=terms, by=by, at=at)
    except fees.QuoteNotPossible as error:
        raise not_priced(error) from error
    charge.save()
    try:
        enter_next_claim(charge=charge, at=at)
        ChargeLine.objects.bulk_create(lines)
    except IntegrityError as refusal:
        # Its month was accepted in this very moment; the day is an open item now, and the charge can be issued anew.
        if constraint_of(refusal) != "month_is_accepted":
            raise
        raise month_accepted(used.days[-1].replace(day=1)) from refusal
    return charge


def _refuse_accepted_months(booking: Booking, used: Used) -> None:
    """A day of an accepted month is charged where that month's claim carried it over, else never."""
    carried = set(OpenItem.objects.filter(booking=booking, charge__isnull=True).values_list("day", flat=True))
    months = {day.replace(day=1) for day in used.days if day not in carried}
    accepted = Claim.objects.filter(
        facility=booking.service.facility_id, month__in=months, state=ClaimState.ACCEPTED
    ).first()
    if accepted:
        raise month_accepted(accepted.month)


def _rows_in_force(booking: Booking, used: Used) -> tuple[list[fees.TariffRow], list[fees.CouponTerms]]:
    if not used.days:
        return [], []
    first_day, last_day = used.days[0], used.days[-1]
    return tariff_rows([booking.service], first_day, last_day), coupon_terms(first_day, last_day)


def what_was_used(booking: Booking) -> Used:
    """Collect what the fee rules ask: days used, tax class of each, infants, sibling days, coupons handed over.

    Errors: NotPossible ``tax_class_unknown`` for a day without a tax class.
    """
    days = list(booking.days.filter(status=DayStatus.USED).order_by("day"))
    family = booking.registration.birth.family
    classes = tax_class_on(family, [row.day for row in days])
    for row in days:
        if row.day not in classes:
            raise not_priced(fees.TaxClassUnknown(row.day))
    handed_over = booking.handed_coupons.count()
    return Used(
        service=booking.service.slug,
        tax_classes=classes,
        infants=booking.infant_count,
        sibling_days=[row.day for row in days if row.with_sibling],
        coupons=handed_over,
        coupons_before=coupons_used(family) if handed_over else 0,
    )
