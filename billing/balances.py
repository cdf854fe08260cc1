"""残額: charges of which something is still to be paid, or was paid too much. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from .models import Charge

# What is open for longer is for people to speak about (own default, as the last reminder by mail).
LONG_OPEN = timedelta(days=30)


class Balance(StrEnum):
    """How a charge stands. ``LATE``: still open after LONG_OPEN."""

    OPEN = "open"
    LATE = "late"
    SETTLED = "settled"
    TOO_MUCH = "too_much"


# Everything that moves what is left of a charge, added up once: no charge is asked by itself.
UNSETTLED = """
SELECT moved.charge{left}
  FROM (SELECT id AS charge, total AS yen FROM billing_charge
        UNION ALL SELECT charge_id, amount FROM billing_adjustment
        UNION ALL SELECT charge_id, CASE kind WHEN 'refund' THEN amount ELSE -amount END FROM billing_payment) moved
 GROUP BY moved.charge
HAVING sum(moved.yen) {sign} 0
"""


@dataclass(frozen=True)
class BalancesStanding:
    """How many charges are open for long, of how many too much was paid, and when the first of each was issued."""

    late: int
    late_since: datetime | None
    too_much: int
    too_much_since: datetime | None


def left_of_unsettled() -> dict[int, int]:
    """Return what is left of each charge (id) that is not settled, yen; less than 0 where too much was paid.

    Of all charges, whoever may see them. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(UNSETTLED.format(left=", sum(moved.yen)", sign="<>"))
        return {charge: int(left) for charge, left in cursor.fetchall()}


def balances_standing(charges: "QuerySet[Charge]", at: datetime) -> BalancesStanding:
    """Count the charges that a person has to see to. Two queries; of the many that are settled none is read."""
    left = left_of_unsettled()
    rows = charges.filter(pk__in=left).order_by().values_list("pk", "issued_at")
    late, too_much = [], []
    for charge, issued in rows:
        if left[charge] < 0:
            too_much.append(issued)
        elif issued < at - LONG_OPEN:
            late.append(issued)
    return BalancesStanding(len(late), min(late, default=None), len(too_much), min(too_much, default=None))


def with_balance(charges: "QuerySet[Charge]", balance: Balance, at: datetime) -> "QuerySet[Charge]":
    """Narrow to the charges that stand so."""
    if balance == Balance.SETTLED:
        return charges.exclude(pk__in=RawSQL(UNSETTLED.format(left="", sign="<>"), []))  # noqa: S611 - our own words
    sign = "<" if balance == Balance.TOO_MUCH else ">"
    found = charges.filter(pk__in=RawSQL(UNSETTLED.format(left="", sign=sign), []))  # noqa: S611 - our own words
    return found.filter(issued_at__lt=at - LONG_OPEN) if balance == Balance.LATE else found
