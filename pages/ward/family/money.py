"""利用料 on the family's page: charges with what is still open, payments, and coupons left."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from billing.models import Charge, Payment, PaymentKind
from billing.queries import charges_with_owed_and_paid, listed_as_owed, listed_as_paid
from enrollment.models import Family
from pages.mother.home_parts import coupons_left
from pages.public.availability_views import name_of

from .links import url_for

OF_FAMILY = "booking__registration__birth__family"


def money_of(person: User, family: Family, bookings: Iterable[Mapping[str, Any]], today: date) -> dict[str, Any]:
    """Return charges, newest first, with their balance, and their payments. In a fixed number of queries."""
    asked = visible(person, Action.CHARGE_VIEW, Charge.objects.filter(**{OF_FAMILY: family}))
    charges = (
        charges_with_owed_and_paid(asked)
        .select_related("booking__service__facility")
        .prefetch_related("reminder_letters__letter")
    )
    rows = [
        {
            "charge": charge,
            "name": name_of(charge.booking.service),
            "owed": listed_as_owed(charge),
            "paid": listed_as_paid(charge),
            "left": listed_as_owed(charge) - listed_as_paid(charge),
            "url": url_for(person, "operator:charge", charge.pk),
            "adjust": url_for(person, "claims:adjust", charge.pk),
            "reminders": list(charge.reminder_letters.all()),
            "give_back": url_for(person, "money:refund", charge.pk),
        }
        for charge in charges.order_by("-issued_at", "-pk")
    ]
    paid = visible(person, Action.PAYMENT_VIEW, Payment.objects.filter(**{f"charge__{OF_FAMILY}": family}))
    return {
        "charges": rows,
        "balance": sum(row["left"] for row in rows),
        "payments": [
            {
                "payment": payment,
                "is_refund": payment.kind == PaymentKind.REFUND,
                "url": url_for(person, "operator:receipt", payment.pk),
            }
            for payment in paid.select_related("received_by", "charge").order_by("-received_at", "-pk")
        ],
        "coupons": coupons_left(family, bookings, today),
    }
