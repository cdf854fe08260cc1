"""Places given and used: policies, bookings with the days that hold a slot each, stays, draws."""

from .away import WhyAway
from .calendars import CalendarFeed
from .draws import DrawEntry, DrawRound, Outcome
from .given_back import GivenBack, GivenBackCause
from .needs import HighNeed
from .places import Booking, BookingDay, BookingState, ChangeNotice, DayStatus, NoticeKind, Stay
from .policies import (
    LIMIT_GROUP_OF_KIND,
    AllocationMethod,
    AllocationPolicy,
    DrawPolicy,
    LimitGroup,
    UsageLimits,
)
from .steps import StayStep, StepKind
from .waiting import FreedPlace, WaitingEnd, WaitingEntry

__all__ = [
    "LIMIT_GROUP_OF_KIND",
    "AllocationMethod",
    "AllocationPolicy",
    "Booking",
    "BookingDay",
    "BookingState",
    "CalendarFeed",
    "ChangeNotice",
    "DayStatus",
    "DrawEntry",
    "DrawPolicy",
    "DrawRound",
    "FreedPlace",
    "GivenBack",
    "GivenBackCause",
    "HighNeed",
    "LimitGroup",
    "NoticeKind",
    "Outcome",
    "Stay",
    "StayStep",
    "StepKind",
    "UsageLimits",
    "WaitingEnd",
    "WaitingEntry",
    "WhyAway",
]
