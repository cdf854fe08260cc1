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
# An earlier day is a slip of the keyboard (own default): no money of this programme is older.
FIRST_DAY = date(2000, 1, 1)


def day_asked(asked: str, today: date) -> date:
    """Return the day of an address (YYYY-MM-DD), today where it is none, has not come yet or is a slip."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return today
    return day if FIRST_DAY <= day <= today else today


def sheet_of(person: User, facility: Facility, day: date) -> dict[str, Any]:
    """Return the sheet's context: payments by number, never by name. Two queries."""
    cash, today = cash_of_day(facility, day), timezone.localdate()
    count = cash.count
    to_receipts = may_open(person, "operator:receipt")
    return {
        "facility": facility,
        "day": day,
        "earlier": (day - A_DAY).isoformat() if day > FIRST_DAY else "",
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
