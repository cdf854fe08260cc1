"""What other fees do to families that are booked: each day held priced by both tables, before coupons."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from billing.fees import PriceList
from wards.dated.plan import Plan

from .booked_days import Held, fee_of, held_from, slugs_of_services, tariffs_as_rules
from .hit import Effect, Hit, Yen


def fees_effect(plan: Plan) -> Effect:
    """Price every day held from the first day on before and after. Two queries, however many bookings.

    A day whose household has no tax class yet costs nothing known, before and after: it is no difference.
    """
    slugs = slugs_of_services()
    before, after = (PriceList(tariffs_as_rules(rows, slugs)) for rows in (plan.before, plan.after))
    hits, looked_at = [], 0
    for (booking, family), days in groupby(held_from(plan.day), attrgetter("booking", "family")):
        looked_at += 1
        held = list(days)
        cost = _cost(before, held), _cost(after, held)
        if cost[0] != cost[1]:
            hits.append(Hit(booking, family, tuple(row.day for row in held), *cost))
    return Effect(hits, looked_at, yen=Yen.FEES)


def _cost(prices: PriceList, held: Sequence[Held]) -> int | None:
    """What the days cost together, yen; None where nothing is published for one of them."""
    each = [fee_of(prices, row) for row in held]
    return None if None in each else sum(one or 0 for one in each)
