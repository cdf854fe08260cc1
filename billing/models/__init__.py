"""What it costs and what was paid: published amounts, charges, money received, rides, monthly claims. Whole yen."""

from .charges import PRICED_COMPONENTS, Adjustment, AdjustmentKind, Charge, ChargeLine, Component, CouponPolicy, Tariff
from .claims import Claim, ClaimState, ClaimStep, ContractRate
from .payments import HandedCoupon, Payment, PaymentKind, PaymentMethod
from .rides import Ride, RideDirection, TransportPolicy

__all__ = [
    "PRICED_COMPONENTS",
    "Adjustment",
    "AdjustmentKind",
    "Charge",
    "ChargeLine",
    "Claim",
    "ClaimState",
    "ClaimStep",
    "Component",
    "ContractRate",
    "CouponPolicy",
    "HandedCoupon",
    "Payment",
    "PaymentKind",
    "PaymentMethod",
    "Ride",
    "RideDirection",
    "Tariff",
    "TransportPolicy",
]
