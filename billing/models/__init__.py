"""What it costs and what was paid: published amounts, charges issued from them, money received. Whole yen."""

from .charges import PRICED_COMPONENTS, Adjustment, Charge, ChargeLine, Component, CouponPolicy, Tariff
from .payments import HandedCoupon, Payment, PaymentKind, PaymentMethod

__all__ = [
    "PRICED_COMPONENTS",
    "Adjustment",
    "Charge",
    "ChargeLine",
    "Component",
    "CouponPolicy",
    "HandedCoupon",
    "Payment",
    "PaymentKind",
    "PaymentMethod",
    "Tariff",
]
