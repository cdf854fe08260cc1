"""What it costs and what was paid: published amounts, charges, money received, rides, monthly claims. Whole yen."""

from .charges import PRICED_COMPONENTS, Adjustment, AdjustmentKind, Charge, ChargeLine, Component, CouponPolicy, Tariff
from .claims import Claim, ClaimState, ClaimStep, ContractRate
from .desk import CashCount, RefundProposal, ReminderLetter, UnpaidPolicy
from .open_items import OpenItem, OpenWhy, item_number
from .payees import Payee
from .payments import HandedCoupon, Payment, PaymentKind, PaymentMethod
from .rides import Ride, RideDirection, TransportPolicy

__all__ = [
    "PRICED_COMPONENTS",
    "Adjustment",
    "AdjustmentKind",
    "CashCount",
    "Charge",
    "ChargeLine",
    "Claim",
    "ClaimState",
    "ClaimStep",
    "Component",
    "ContractRate",
    "CouponPolicy",
    "HandedCoupon",
    "OpenItem",
    "OpenWhy",
    "Payee",
    "Payment",
    "PaymentKind",
    "PaymentMethod",
    "RefundProposal",
    "ReminderLetter",
    "Ride",
    "RideDirection",
    "Tariff",
    "TransportPolicy",
    "UnpaidPolicy",
    "item_number",
]
