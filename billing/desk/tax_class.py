"""課税区分の変更と利用料: another tax class, and what it makes of the fees that were issued, in one transaction."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from billing.differences import Difference, correct, propose_adjustments
from billing.models import Charge, ChargeLine, CouponPolicy
from billing.queries import charges_with_owed_and_paid, listed_as_paid
from bookings.models import Booking, BookingState
from enrollment.families.life_events import change_tax_class
from enrollment.models import EvidenceFile, Family, TaxClass
from sankecare.transactions import in_transaction

AHEAD = (BookingState.OFFERED, BookingState.BOOKED, BookingState.ARRIVED)


@dataclass(frozen=True)
class Followed:
    """A charge that the new class prices otherwise: yen owed before and after, and what was paid of it."""

    difference: Difference
    after: int
    paid: int


@dataclass(frozen=True)
class FeesFollowed:
    """What the change makes of money. ``not_priced``: an amount is missing. ``coupons``: bookings that announced some.

    ``corrected``: whether the charges were corrected along; else they stay on the list of charges to look at again.
    """

    corrected: bool
    charges: list[Followed] = field(default_factory=list)
    not_priced: list[Difference] = field(default_factory=list)
    coupons: list[Booking] = field(default_factory=list)


@in_transaction
def change_tax_class_and_fees(
    *,
    family: Family,
    tax_class: TaxClass,
    from_day: date,
    evidence: str,
    by: User,
    at: datetime,
    evidence_file: EvidenceFile | None = None,
    corrects: bool = True,
) -> FeesFollowed:
    """The household's class is another from the day on; charges of days from it on are corrected, with the reason.

    ``corrects``: False leaves them, to be looked at later. Errors: those of ``change_tax_class`` and of adjusting.
    """
    change_tax_class(
        family=family,
        tax_class=tax_class,
        from_day=from_day,
        evidence=evidence,
        evidence_file=evidence_file,
        by=by,
        at=at,
    )
    concerned = Charge.objects.filter(
        booking__registration__birth__family=family,
        pk__in=ChargeLine.objects.filter(day__gte=from_day).order_by().values("charge"),
    )
    list(concerned.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    proposed = sorted(propose_adjustments(concerned), key=lambda row: row.charge.pk)
    with translation.override(settings.LANGUAGE_CODE):  # the family reads it with its charge
        reason = _("The tax class was changed: %(tax_class)s") % {"tax_class": tax_class.label}
    if corrects:
        for row in proposed:
            if row.amount:
                correct(row, reason=reason, by=by, at=at)
    return FeesFollowed(
        corrected=corrects,
        charges=_followed([row for row in proposed if row.amount]),
        not_priced=[row for row in proposed if row.fresh is None],
        coupons=_announced(family, tax_class, from_day),
    )


def _followed(rows: list[Difference]) -> list[Followed]:
    listed = charges_with_owed_and_paid(Charge.objects.filter(pk__in=[row.charge.pk for row in rows]))
    stands = {charge.pk: charge for charge in listed}
    return [Followed(row, row.owed + row.amount, listed_as_paid(stands[row.charge.pk])) for row in rows]


def _announced(family: Family, tax_class: TaxClass, from_day: date) -> list[Booking]:
    """Bookings ahead that announced coupons which the new class does not take: they are priced without them."""
    if CouponPolicy.objects.filter(tax_class=tax_class, period__contains=from_day).exists():
        return []
    ahead = Booking.objects.filter(
        registration__birth__family=family, state__in=AHEAD, coupons__gt=0, days__day__gte=from_day
    )
    return list(ahead.select_related("service__facility").distinct().order_by("pk"))
