"""What the cash sheet of a day shows, at the facility and at the ward."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import may_open
from billing.desk.cash import PIECES, cash_of_day
from billing.models import PaymentKind
from facilities.models import Facility

A_DAY = timedelta(days=1)


def day_asked(asked: str, today: date) -> date:
    """Return the day of an address (YYYY-MM-DD), today where it is none or has not come yet."""
    try:
        return min(date.fromisoformat(asked), today)
    except ValueError:
        return today


def sheet_of(person: User, facility: Facility, day: date) -> dict[str, Any]:
    """Return the sheet's context: payments by number, never by name. Two queries."""
    cash, today = cash_of_day(facility, day), timezone.localdate()
    count = cash.count
    to_receipts = may_open(person, "operator:receipt")
    return {
        "facility": facility,
        "day": day,
        "earlier": (day - A_DAY).isoformat(),
        "later": (day + A_DAY).isoformat() if day < today else "",
        "cash": cash,
        "payments": [
            {
                "payment": row,
                "amount": -row.amount if row.kind == PaymentKind.REFUND else row.amount,
                "url": reverse("operator:receipt", args=[row.pk]) if to_receipts else "",
            }
            for row in cash.payments
        ],
        "people": cash.by_person,
        "count": count,
        "pieces": [(yen, number, yen * number) for yen in PIECES if (number := count.pieces.get(str(yen), 0))]
        if count
        else [],
    }
