"""What a change of each table does to families that are booked already."""

from collections.abc import Callable

from billing.models import ContractRate, CouponPolicy, Tariff, TransportPolicy, UnpaidPolicy
from bookings.models import AllocationPolicy, UsageLimits, VisitPolicy, VisitTime
from facilities.models import Room, ServiceTermsRow, WeeklyPattern
from wards.dated.plan import Plan

from .contracts import contracts_effect
from .coupons import coupons_effect
from .fees import fees_effect
from .hit import Effect, Hit
from .limits import limits_effect
from .terms import terms_effect
from .visit_times import visit_times_effect
from .weekdays import weekdays_effect

__all__ = ["Effect", "Hit", "effect_of", "is_uncounted"]

EFFECTS: dict[type, Callable[[Plan], Effect]] = {
    Tariff: fees_effect,
    UsageLimits: limits_effect,
    WeeklyPattern: weekdays_effect,
    CouponPolicy: coupons_effect,
    ContractRate: contracts_effect,
    ServiceTermsRow: terms_effect,
    VisitTime: visit_times_effect,
}
# They bear on bookings in ways that no rule counts: the page says so instead of “none”.
UNCOUNTED = (AllocationPolicy, TransportPolicy, UnpaidPolicy, VisitPolicy, Room)


def effect_of(plan: Plan) -> Effect | None:
    """Return what the plan does to bookings; None where nothing is counted. A fixed number of queries."""
    counts = EFFECTS.get(plan.table.model)
    return counts(plan) if counts else None


def is_uncounted(plan: Plan) -> bool:
    """Tell whether the table bears on bookings though nothing is counted."""
    return plan.table.model in UNCOUNTED
