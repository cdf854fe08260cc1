"""Where a charge and a fresh computation part: after a tax class or tariff changed backwards, or by an error.

A difference is proposed, listed with its reason, and becomes an adjustment when staff confirm it. Nothing is edited.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking
from facilities.fiscal_year import fiscal_year_days
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from . import fees
from .adjust import adjust_charge
from .charge import Used, price_again, price_from, used_of
from .contract import by_contract
from .days_used import used_by
from .models import Adjustment, AdjustmentKind, Charge, ChargeLine
from .queries import charges_with_owed, coupon_terms, listed_as_goodwill, listed_as_owed, tariff_rows
from .refusals import not_priced

# So many are compared at once where there may be a year of them.
AT_ONCE = 2_000


@dataclass(frozen=True)
class Difference:
    """A charge beside what its records and the rows in force now give. Yen.

    ``snapshot_total``: what its own snapshot gives again (must be ``issued``). ``fresh``: None where it cannot be
    priced now, with ``why`` in words. ``coupons_lost``: how many of its coupons a tax class changed backwards takes no
    longer; ``fresh`` is without them. ``goodwill``: what was taken off on purpose (0 or less): it is no difference.
    ``by_day``: what a fresh computation gives for each day beyond what is charged for it, corrections included.
    """

    charge: Charge
    issued: int
    owed: int
    snapshot_total: int
    fresh: int | None
    why: str = ""
    coupons_lost: int = 0
    goodwill: int = 0
    by_day: Mapping[date, int] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """The correction that brings what is owed to a fresh computation less the goodwill; never below 0."""
        return 0 if self.fresh is None else max(self.fresh + self.goodwill, 0) - self.owed

    @property
    def explained(self) -> bool:
        """Nothing parts: the snapshot gives what was issued, and what is owed is a fresh computation less goodwill."""
        return self.snapshot_total == self.issued and self.fresh is not None and self.amount == 0


def compared(charges: "QuerySet[Charge]") -> list[Difference]:
    """Compare every charge with its snapshot and with a fresh computation. Eight queries, however many."""
    rows = list(charges_with_owed(charges.select_related("booking__service", "booking__registration__birth__family")))
    if not rows:
        return []
    used = _used(rows)
    days = [day for one in used.values() for day in one.tax_classes]
    first, last = (min(days), max(days)) if days else (date.min, date.min)
    services = {row.booking.service for row in rows}
    tariffs = tariff_rows(services, first, last) if days else []
    prices = fees.PriceList(tariffs, coupon_terms(first, last) if days else [])
    charged = _charged_by_day(rows)
    return [_compare(row, used[row.pk], prices, charged.get(row.pk, Counter())) for row in rows]


def compared_in_parts(charges: "QuerySet[Charge]") -> Iterator[Difference]:
    """Compare as ``compared`` does, so many at once that memory does not grow with the year."""
    keys = list(charges.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), AT_ONCE):
        yield from compared(Charge.objects.filter(pk__in=keys[first : first + AT_ONCE]))


def charges_of_year(fiscal_year: int) -> "QuerySet[Charge]":
    """Return the charges whose first day lies in the fiscal year: each charge is of one year."""
    first, last = fiscal_year_days(fiscal_year)
    # By subqueries: a join to the lines would count each adjustment once a line.
    in_year = ChargeLine.objects.filter(day__range=(first, last)).order_by().values("charge")
    before = ChargeLine.objects.filter(charge=OuterRef("pk"), day__lt=first)
    return Charge.objects.filter(~Exists(before), pk__in=in_year)


def propose_adjustments(charges: "QuerySet[Charge]") -> list[Difference]:
    """Return the charges to be looked at: those whose fresh computation differs from what is owed, or is not possible.

    The latter have an ``amount`` of 0: there is nothing to confirm until what is missing has been entered.
    """
    return [row for row in compared(charges) if row.fresh is None or row.amount]


@in_transaction
def apply_adjustments(*, confirmed: Mapping[int, int], reason: str, by: User, at: datetime) -> list[Adjustment]:
    """Adjust the charges that staff confirmed (id to the yen shown to them), all or none.

    Errors: Refused ``changed_since`` where a charge would now be adjusted by another amount; those of adjusting.
    """
    charges = Charge.objects.filter(pk__in=confirmed)
    list(charges.select_for_update(no_key=True).order_by("pk"))
    proposed = {row.charge.pk: row for row in propose_adjustments(charges) if row.amount}
    for key, amount in confirmed.items():
        if key not in proposed or proposed[key].amount != amount:
            raise Refused("changed_since", _("A charge has changed since it was listed. Please look again."))
    return [row for key in sorted(confirmed) for row in correct(proposed[key], reason=reason, by=by, at=at)]


def correct(difference: Difference, *, reason: str, by: User, at: datetime) -> list[Adjustment]:
    """Bring what is owed to a fresh computation: one correction for the days of each contract that it concerns.

    In the caller's transaction. Errors: those of adjusting.
    """
    parts = {}
    for days in by_contract(difference.charge.booking.service, difference.by_day):
        concerned = [day for day in days if difference.by_day[day]]
        if concerned:
            parts[concerned[0]] = sum(difference.by_day[day] for day in concerned)
    if not parts:
        parts[min(difference.by_day)] = 0
    # Goodwill may be more than the fee that is left: what is owed stops at nothing, on the last of the days.
    parts[max(parts)] += difference.amount - sum(parts.values())
    # What raises comes first: in between, too, what is owed never falls below nothing.
    return [
        adjust_charge(
            charge=difference.charge,
            kind=AdjustmentKind.CORRECTION,
            amount=amount,
            reason=reason,
            by=by,
            at=at,
            day=day,
        )
        for day, amount in sorted(parts.items(), key=lambda part: -part[1])
        if amount
    ]


def _compare(row: Charge, used: Used, prices: fees.PriceList, charged: "Counter[date]") -> Difference:
    again = price_again(row.snapshot).total if row.snapshot.get("days") else row.total
    due, given = listed_as_owed(row), listed_as_goodwill(row)
    try:
        fresh, lost = _priced_afresh(row, used, prices)
    except fees.QuoteNotPossible as error:
        return Difference(row, row.total, due, again, None, not_priced(error).detail, goodwill=given)
    by_day = Counter({day: -amount for day, amount in charged.items()})
    for line in fresh.lines:
        by_day[line.day] += line.amount
    return Difference(row, row.total, due, again, fresh.total, coupons_lost=lost, goodwill=given, by_day=by_day)


def _priced_afresh(row: Charge, used: Used, prices: fees.PriceList) -> tuple[fees.Quote, int]:
    """Return the fresh price, and how many coupons are lost: only where the tax class of a day is another one now.

    Who used no day at all, as is known now, owes nothing.
    """
    if not used.tax_classes:
        return fees.Quote(total=0, lines=()), used.coupons
    try:
        return price_from(used, prices), 0
    except fees.CouponNotUsable:
        if used.tax_classes == used_of(row.snapshot).tax_classes:
            raise
    for left in range(used.coupons - 1, 0, -1):
        try:
            return price_from(replace(used, coupons=left), prices), used.coupons - left
        except fees.CouponNotUsable:
            continue
    return price_from(replace(used, coupons=0), prices), used.coupons


def _charged_by_day(charges: Iterable[Charge]) -> dict[int, "Counter[date]"]:
    """Return what each charge has for each day, yen: its lines and its corrections; no goodwill. Two queries."""
    keys = [row.pk for row in charges]
    found: dict[int, Counter[date]] = {}
    for rows in (
        ChargeLine.objects.filter(charge__in=keys),
        Adjustment.objects.filter(charge__in=keys, kind=AdjustmentKind.CORRECTION),
    ):
        for charge, day, amount in rows.order_by().values_list("charge_id", "day", "amount"):
            found.setdefault(charge, Counter())[day] += amount
    return found


def _used(charges: Iterable[Charge]) -> dict[int, Used]:
    """What the records say now of each charge's stay; coupons as the snapshot has them. One query."""
    by_booking = {row.booking_id: row for row in charges}
    found = dict(used_by(Booking.objects.filter(pk__in=by_booking)))
    return {
        charge.pk: replace(
            found.get(booking, Used(charge.booking.service.slug, {}, charge.booking.infant_count)),
            coupons=charge.snapshot.get("coupons", 0),
            coupons_before=charge.snapshot.get("coupons_before", 0),
        )
        for booking, charge in by_booking.items()
    }
