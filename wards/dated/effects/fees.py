"""What other fees do to families that are booked: each day held priced by both tables, before coupons."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import F, FilteredRelation, Q

from billing import fees
from bookings.models import BookingDay, DayStatus
from facilities.models import Service
from sankecare.periods import last_day
from wards.dated.plan import Plan

from .hit import Effect, Hit

Held = tuple[int, int, date, bool, int, str, str | None]


def fees_effect(plan: Plan) -> Effect:
    """Price every day held from the first day on before and after. Two queries, however many bookings.

    A day whose household has no tax class yet costs nothing known, before and after: it is no difference.
    """
    slugs = dict(Service.objects.values_list("pk", "slug"))
    before, after = (fees.PriceList(_tariffs(rows, slugs)) for rows in (plan.before, plan.after))
    hits, looked_at = [], 0
    for (booking, family), days in groupby(_held_days(plan.day), itemgetter(0, 1)):
        looked_at += 1
        held = list(days)
        cost = _cost(before, held), _cost(after, held)
        if cost[0] != cost[1]:
            hits.append(Hit(booking, family, tuple(row[2] for row in held), *cost))
    return Effect(hits, looked_at, in_yen=True)


def _held_days(day: date) -> Iterable[Held]:
    of_day = FilteredRelation("family__tax_classes", condition=Q(family__tax_classes__period__contains=F("day")))
    return (
        BookingDay.objects.filter(status=DayStatus.HELD, day__gte=day)
        .annotate(of_day=of_day)
        .order_by("booking_id", "day")
        .values_list(
            *("booking_id", "family_id", "day", "with_sibling", "booking__infant_count", "booking__service__slug"),
            "of_day__tax_class",
        )
    )


def _tariffs(rows: Sequence[Any], slugs: dict[int, str]) -> list[fees.TariffRow]:
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


def _cost(prices: fees.PriceList, held: Sequence[Held]) -> int | None:
    """What the days cost together, yen; None where nothing is published for one of them."""
    total = 0
    for _booking, _family, day, with_sibling, infants, service, tax_class in held:
        if tax_class:
            try:
                lines = prices.lines_of_day(service, day, fees.TaxClass(tax_class), infants, with_sibling)
            except fees.TariffNotPublished:
                return None
            total += sum(line.amount for line in lines)
    return total
