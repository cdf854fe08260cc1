"""What other coupons do to families that are booked: their fees if they hand over every coupon that they have left."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count

from billing.fees import Component, PriceList, TariffNotPublished, TaxClass
from billing.models import HandedCoupon, Tariff
from sankecare.periods import in_force_on
from wards.dated.plan import Plan
from wards.dated.sheet import rows_from
from wards.dated.tables import BY_CODE

from .booked_days import Held, held_from, slugs_of_services, tariffs_as_rules
from .hit import Effect, Hit, Yen

FEES = BY_CODE[Tariff._meta.label_lower.replace(".", "_")]


def coupons_effect(plan: Plan) -> Effect:
    """Price every day held from the first day on with the coupons that are left, before and after. Four queries."""
    prices = PriceList(tariffs_as_rules(rows_from(FEES, plan.day), slugs_of_services()))
    handed = Counter(dict(HandedCoupon.objects.order_by().values_list("family").annotate(number=Count("pk"))))
    held = held_from(plan.day)
    before, after = (_costs(prices, held, rows, handed) for rows in (plan.before, plan.after))
    days = defaultdict(list)
    for row in held:
        days[row.booking, row.family].append(row.day)
    hits = [
        Hit(booking, family, tuple(of_booking), before[booking], after[booking])
        for (booking, family), of_booking in days.items()
        if before[booking] != after[booking]
    ]
    return Effect(hits, len(days), yen=Yen.COUPONS)


def _costs(
    prices: PriceList, held: Sequence[Held], policies: Sequence[Any], handed: Mapping[int, int]
) -> dict[int, int | None]:
    """What each booking costs; a family's coupons go to its earliest days, as many as it has left."""
    used = Counter(handed)
    costs: dict[int, int | None] = {row.booking: 0 for row in held}
    for row in sorted(held, key=lambda one: (one.day, one.booking)):
        so_far, cost = costs[row.booking], _cost(prices, row, policies, used)
        costs[row.booking] = None if so_far is None or cost is None else so_far + cost
    return costs


def _cost(prices: PriceList, row: Held, policies: Sequence[Any], used: "Counter[int]") -> int | None:
    if not row.tax_class:
        return 0
    try:
        lines = prices.lines_of_day(row.service, row.day, TaxClass(row.tax_class), row.infants, row.with_sibling)
    except TariffNotPublished:
        return None
    base = sum(line.amount for line in lines if line.component is Component.BASE)
    policy = in_force_on([one for one in policies if one.tax_class == row.tax_class], row.day)
    off = 0
    if policy is not None and base and used[row.family] < policy.per_mother:
        used[row.family] += 1
        off = min(policy.amount, base)
    return sum(line.amount for line in lines) - off
