"""残額: charges of which something is still to be paid, or was paid too much. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import F, QuerySet

from .models import Charge
from .queries import charges_with_owed_and_paid

# What is open for longer is for people to speak about (own default, as the last reminder by mail).
LONG_OPEN = timedelta(days=30)


class Balance(StrEnum):
    """How a charge stands. ``LATE``: still open after LONG_OPEN."""

    OPEN = "open"
    LATE = "late"
    SETTLED = "settled"
    TOO_MUCH = "too_much"


@dataclass(frozen=True)
class BalancesStanding:
    """How many charges are open for long, of how many too much was paid, and when the first of each was issued."""

    late: int
    late_since: datetime | None
    too_much: int
    too_much_since: datetime | None


def balances_standing(charges: "QuerySet[Charge]", at: datetime) -> BalancesStanding:
    """Count the charges that a person has to see to. One query; of the many that are settled none is read."""
    listed: QuerySet[Any] = charges_with_owed_and_paid(charges)
    rows = list(listed.exclude(paid=F("owed")).order_by().values_list("issued_at", "owed", "paid"))
    late = [issued for issued, owed, paid in rows if paid < owed and issued < at - LONG_OPEN]
    too_much = [issued for issued, owed, paid in rows if paid > owed]
    return BalancesStanding(len(late), min(late, default=None), len(too_much), min(too_much, default=None))


def with_balance(charges: "QuerySet[Charge]", balance: Balance, at: datetime) -> "QuerySet[Charge]":
    """Narrow to the charges that stand so, with ``owed`` and ``paid``, yen."""
    listed: QuerySet[Any] = charges_with_owed_and_paid(charges)
    if balance == Balance.SETTLED:
        return listed.filter(paid=F("owed"))
    if balance == Balance.TOO_MUCH:
        return listed.filter(paid__gt=F("owed"))
    unpaid = listed.filter(paid__lt=F("owed"))
    return unpaid.filter(issued_at__lt=at - LONG_OPEN) if balance == Balance.LATE else unpaid
