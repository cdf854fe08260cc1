"""The days that are booked from a day on, with what they are priced by; and the fees in force from it. Reads only."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, FilteredRelation, Q

from billing import fees
from bookings.models import BookingDay, DayStatus
from facilities.models import Service
from sankecare.periods import last_day


class Held(NamedTuple):
    """One day that is held. ``tax_class``: the household's on it, None where none is known."""

    booking: int
    family: int
    day: date
    with_sibling: bool
    infants: int
    service: str
    tax_class: str | None


def held_from(day: date) -> list[Held]:
    """Return every day held from the day on, booking by booking. One query."""
    of_day = FilteredRelation("family__tax_classes", condition=Q(family__tax_classes__period__contains=F("day")))
    rows = (
        BookingDay.objects.filter(status=DayStatus.HELD, day__gte=day)
        .annotate(of_day=of_day)
        .order_by("booking_id", "day")
        .values_list(
            *("booking_id", "family_id", "day", "with_sibling", "booking__infant_count", "booking__service__slug"),
            "of_day__tax_class",
        )
    )
    return [Held(*row) for row in rows]


def slugs_of_services() -> dict[int, str]:
    """Return the services' slugs by their ids. One query."""
    return dict(Service.objects.values_list("pk", "slug"))


def tariffs_as_rules(rows: Sequence[Any], slugs: dict[int, str]) -> list[fees.TariffRow]:
    """Return rows of the table of fees as the rules of fees take them."""
    return [
        fees.TariffRow(
            service=slugs[row.service_id],
            component=fees.Component(row.component),
            tax_class=fees.TaxClass(row.tax_class),
            amount=row.amount,
            first_day=row.period.lower or date.min,
            last_day=last_day(row.period),
        )
        for row in rows
    ]


def fee_of(prices: fees.PriceList, held: Held) -> int | None:
    """What the family pays for a day, yen, before coupons; 0 without a tax class, None where nothing is published."""
    if not held.tax_class:
        return 0
    tax_class = fees.TaxClass(held.tax_class)
    try:
        lines = prices.lines_of_day(held.service, held.day, tax_class, held.infants, held.with_sibling)
    except fees.TariffNotPublished:
        return None
    return sum(line.amount for line in lines)
