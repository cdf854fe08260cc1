"""A charge made of a quote, without the database: for a stay that ends now, and for the made-up history in bulk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import User
from bookings.models import Booking

from . import fees
from .models import Charge, ChargeLine

TAX_CLASSES = {tax_class.value: tax_class for tax_class in fees.TaxClass}


@dataclass(frozen=True)
class Used:
    """What was used, day by day: all that the fee rules ask of a stay.

    ``tax_classes`` holds the household's class of each day used; ``coupons_before``: handed over at earlier stays.
    """

    service: str
    tax_classes: Mapping[date, str]
    infants: int
    sibling_days: Collection[date] = ()
    coupons: int = 0
    coupons_before: int = 0

    @property
    def days(self) -> list[date]:
        return sorted(self.tax_classes)


def price(used: Used, tariffs: Sequence[fees.TariffRow], coupon_terms: Sequence[fees.CouponTerms]) -> fees.Quote:
    """Price what was used. Raises ``fees.QuoteNotPossible``."""
    return fees.quote(
        service=used.service,
        days=used.days,
        tax_class_on=lambda day: fees.TaxClass(used.tax_classes[day]) if used.tax_classes[day] else None,
        infants=used.infants,
        siblings=int(bool(used.sibling_days)),
        tariffs=tariffs,
        coupons=used.coupons,
        coupon_terms=coupon_terms,
        sibling_days=used.sibling_days,
        coupons_used_before=used.coupons_before,
    )


def price_from(used: Used, prices: fees.PriceList) -> fees.Quote:
    """Price what was used, one of many stays, from a list of prices. Raises ``fees.QuoteNotPossible``."""
    if not used.tax_classes:
        raise fees.QuoteNotPossible("no_days")
    classes = {}
    for day, tax_class in sorted(used.tax_classes.items()):
        if not tax_class:
            raise fees.TaxClassUnknown(day)
        classes[day] = TAX_CLASSES[tax_class]
    return prices.quote(
        service=used.service,
        tax_classes=classes,
        infants=used.infants,
        sibling_days=used.sibling_days,
        coupons=used.coupons,
        coupons_used_before=used.coupons_before,
    )


def build_charge(
    *,
    booking: Booking,
    used: Used,
    tariffs: Sequence[fees.TariffRow],
    coupon_terms: Sequence[fees.CouponTerms],
    by: User | None,
    at: datetime,
    prices: fees.PriceList | None = None,
) -> tuple[Charge, list[ChargeLine]]:
    """Return the charge and its lines, unsaved: total, lines and the snapshot of all that they came from.

    Save the charge, then the lines, in one transaction: the database compares their sum with the total.
    ``prices``: a list made of these tariffs and terms, of who builds many charges.
    Raises ``fees.QuoteNotPossible``.
    """
    quoted = price(used, tariffs, coupon_terms) if prices is None else price_from(used, prices)
    charge = Charge(
        booking=booking,
        issued_at=at,
        issued_by=by,
        total=quoted.total,
        snapshot=snapshot_of(used, tariffs, coupon_terms),
    )
    return charge, [ChargeLine(charge=charge, **vars(line)) for line in quoted.lines]


def snapshot_of(
    used: Used, tariffs: Sequence[fees.TariffRow], coupon_terms: Sequence[fees.CouponTerms]
) -> dict[str, Any]:
    """Return everything that a recomputation needs, as JSON; only rows that the stay's days could touch."""
    days = used.days
    classes = set(used.tax_classes.values())
    return {
        "service": used.service,
        "days": [
            {"day": day.isoformat(), "tax_class": used.tax_classes[day], "sibling": day in used.sibling_days}
            for day in days
        ],
        "infants": used.infants,
        "coupons": used.coupons,
        "coupons_before": used.coupons_before,
        "tariffs": [
            _as_json(row)
            for row in tariffs
            if row.service == used.service and row.tax_class in classes and _touches(row, days)
        ],
        "coupon_terms": [_as_json(row) for row in coupon_terms if used.coupons and _touches(row, days)],
    }


def price_again(snapshot: Mapping[str, Any]) -> fees.Quote:
    """Price a snapshot anew from the rows that it keeps: what was issued must come out again."""
    tariffs = [
        fees.TariffRow(
            service=row["service"],
            component=fees.Component(row["component"]),
            tax_class=fees.TaxClass(row["tax_class"]),
            amount=row["amount"],
            first_day=date.fromisoformat(row["first_day"]),
            last_day=_day_or_none(row["last_day"]),
        )
        for row in snapshot["tariffs"]
    ]
    coupon_terms = [
        fees.CouponTerms(
            amount=row["amount"],
            per_mother=row["per_mother"],
            tax_classes=frozenset(fees.TaxClass(tax_class) for tax_class in row["tax_classes"]),
            first_day=date.fromisoformat(row["first_day"]),
            last_day=_day_or_none(row["last_day"]),
        )
        for row in snapshot["coupon_terms"]
    ]
    return price(used_of(snapshot), tariffs, coupon_terms)


def used_of(snapshot: Mapping[str, Any]) -> Used:
    """Read back what a snapshot says was used."""
    days = snapshot["days"]
    return Used(
        service=snapshot["service"],
        tax_classes={date.fromisoformat(row["day"]): row["tax_class"] for row in days},
        infants=snapshot["infants"],
        sibling_days=[date.fromisoformat(row["day"]) for row in days if row["sibling"]],
        coupons=snapshot["coupons"],
        coupons_before=snapshot["coupons_before"],
    )


def _touches(row: fees.TariffRow | fees.CouponTerms, days: Sequence[date]) -> bool:
    return row.first_day <= days[-1] and (row.last_day is None or days[0] <= row.last_day)


def _as_json(row: fees.TariffRow | fees.CouponTerms) -> dict[str, Any]:
    values = dict(vars(row))
    for key, value in values.items():
        if isinstance(value, date):
            values[key] = value.isoformat()
        elif isinstance(value, frozenset):
            values[key] = sorted(value)
    return values


def _day_or_none(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
