"""What another contract does: what the ward would pay for each booking, less fees where it takes them off."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from billing.fees import PriceList
from billing.models import Tariff
from sankecare.periods import in_force_on
from wards.dated.plan import Plan
from wards.dated.sheet import rows_from
from wards.dated.tables import BY_CODE

from .booked_days import Held, fee_of, held_from, slugs_of_services, tariffs_as_rules
from .hit import Effect, Hit, Yen

FEES = BY_CODE[Tariff._meta.label_lower.replace(".", "_")]


def contracts_effect(plan: Plan) -> Effect:
    """Reckon every day held from the first day on by both contracts, as a month's claim does. Three queries."""
    slugs = slugs_of_services()
    prices = PriceList(tariffs_as_rules(rows_from(FEES, plan.day), slugs))
    before, after = (_of_services(rows, slugs) for rows in (plan.before, plan.after))
    hits, looked_at = [], 0
    for (booking, family), days in groupby(held_from(plan.day), attrgetter("booking", "family")):
        looked_at += 1
        held = list(days)
        paid = _paid(prices, held, before), _paid(prices, held, after)
        if paid[0] != paid[1]:
            hits.append(Hit(booking, family, tuple(row.day for row in held), *paid))
    return Effect(hits, looked_at, yen=Yen.CONTRACT)


def _of_services(rows: Sequence[Any], slugs: dict[int, str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(slugs[row.service_id], []).append(row)
    return found


def _paid(prices: PriceList, held: Sequence[Held], rates: dict[str, list[Any]]) -> int | None:
    """What the ward pays for the days, yen; None where one has no rate, or no fee to take off."""
    total = 0
    for row in held:
        rate = in_force_on(rates.get(row.service, ()), row.day)
        fee = fee_of(prices, row) if rate is not None and rate.less_family_fees else 0
        if rate is None or fee is None:
            return None
        total += rate.amount - fee
    return total
