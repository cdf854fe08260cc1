"""Places given and used: policies, bookings with the days that hold a slot each, stays, draws."""

from .draws import DrawEntry, DrawRound, Outcome
from .places import Booking, BookingDay, BookingState, DayStatus, Stay
from .policies import (
    LIMIT_GROUP_OF_KIND,
    AllocationMethod,
    AllocationPolicy,
    DrawPolicy,
    LimitGroup,
    UsageLimits,
)
from .waiting import FreedPlace, WaitingEnd, WaitingEntry

__all__ = [
    "LIMIT_GROUP_OF_KIND",
    "AllocationMethod",
    "AllocationPolicy",
    "Booking",
    "BookingDay",
    "BookingState",
    "DayStatus",
    "DrawEntry",
    "DrawPolicy",
    "DrawRound",
    "FreedPlace",
    "LimitGroup",
    "Outcome",
    "Stay",
    "UsageLimits",
    "WaitingEnd",
    "WaitingEntry",
]
