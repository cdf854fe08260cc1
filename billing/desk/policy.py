"""未払い・返金の設定: which rules of unpaid fees and refunds are in force on a day."""

from collections.abc import Sequence
from datetime import date

from billing.models import UnpaidPolicy

# Where no row is in force (own default): the list is sorted by these days, no letter goes out, one person gives back.
AGES = (30, 60, 90)


def unpaid_policy(day: date) -> UnpaidPolicy | None:
    """Return the row in force on the day. One query."""
    return UnpaidPolicy.objects.filter(period__contains=day).first()


def ages_of(policy: UnpaidPolicy | None) -> Sequence[int]:
    """Return the days by which unpaid fees are sorted, rising."""
    return sorted(set(policy.ages)) if policy and policy.ages else AGES
