"""収納: what was paid and given back in a month, by way, day and facility; and how it fits to the charges. Reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from billing.models import Adjustment, Charge, Payment, PaymentKind, PaymentMethod
from billing.queries import SIGNED

FACILITY = "charge__booking__service__facility"


@dataclass(frozen=True)
class Sums:
    """Yen by way of paying (what was given back taken off), how many payments and refunds, and yen given back."""

    by_way: Mapping[str, int]
    payments: int
    refunds: int
    given_back: int

    @property
    def net(self) -> int:
        return sum(self.by_way.values())


@dataclass(frozen=True)
class Agreement:
    """Yen: open at the beginning, and what changed it until the end; ``closing``: reckoned from the charges anew.

    Open is what is owed less what was paid; what was paid too much counts less than nothing.
    """

    opening: int
    issued: int
    adjusted: int
    received: int
    given_back: int
    closing: int

    @property
    def expected(self) -> int:
        """What the movements make of the beginning."""
        return self.opening + self.issued + self.adjusted - self.received + self.given_back

    @property
    def agrees(self) -> bool:
        return self.expected == self.closing


def takings(
    payments: "QuerySet[Payment]", first: datetime, until: datetime
) -> tuple[dict[int, Sums], dict[date, Sums], Sums]:
    """Return the sums of payments from ``first`` on and before ``until``: by facility (id), by day, in all."""
    rows = (
        payments.filter(received_at__gte=first, received_at__lt=until)
        .order_by()
        .values(FACILITY, "method", "kind", day=TruncDate("received_at"))
        .annotate(number=Count("pk"), yen=Sum("amount"))
    )
    by_facility: dict[int, list[Any]] = defaultdict(list)
    by_day: dict[date, list[Any]] = defaultdict(list)
    everything = list(rows)
    for row in everything:
        by_facility[row[FACILITY]].append(row)
        by_day[row["day"]].append(row)
    return (
        {key: _sums(of) for key, of in by_facility.items()},
        {key: _sums(by_day[key]) for key in sorted(by_day)},
        _sums(everything),
    )


def agreement(charges: "QuerySet[Charge]", first: datetime, until: datetime) -> Agreement:
    """Return how the month's payments fit to the charges. Eight queries."""
    adjustments = Adjustment.objects.filter(charge__in=charges.order_by().values("pk"))
    payments = Payment.objects.filter(charge__in=charges.order_by().values("pk"))
    in_month = payments.filter(received_at__gte=first, received_at__lt=until)
    return Agreement(
        opening=_open_at(charges, adjustments, payments, first),
        issued=_yen(charges.filter(issued_at__gte=first, issued_at__lt=until), "total"),
        adjusted=_yen(adjustments.filter(made_at__gte=first, made_at__lt=until), "amount"),
        received=_yen(in_month.filter(kind=PaymentKind.PAYMENT), "amount"),
        given_back=_yen(in_month.filter(kind=PaymentKind.REFUND), "amount"),
        closing=_open_at(charges, adjustments, payments, until),
    )


def _open_at(
    charges: "QuerySet[Charge]",
    adjustments: "QuerySet[Adjustment]",
    payments: "QuerySet[Payment]",
    moment: datetime,
) -> int:
    charged = _yen(charges.filter(issued_at__lt=moment), "total")
    adjusted = _yen(adjustments.filter(made_at__lt=moment), "amount")
    return charged + adjusted - _yen(payments.filter(received_at__lt=moment), SIGNED)


def _yen(rows: "QuerySet[Any]", what: Any) -> int:
    summed = rows.order_by().aggregate(sum=Coalesce(Sum(F(what) if isinstance(what, str) else what), 0))
    return int(summed["sum"])


def _sums(rows: Iterable[Mapping[str, Any]]) -> Sums:
    by_way = dict.fromkeys(PaymentMethod.values, 0)
    number = dict.fromkeys(PaymentKind.values, 0)
    given_back = 0
    for row in rows:
        refund = row["kind"] == PaymentKind.REFUND
        by_way[row["method"]] += -row["yen"] if refund else row["yen"]
        number[row["kind"]] += row["number"]
        given_back += row["yen"] if refund else 0
    return Sums(by_way, number[PaymentKind.PAYMENT], number[PaymentKind.REFUND], given_back)
