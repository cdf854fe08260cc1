"""Places given and used: policies, bookings with the days that hold a slot each, stays, draws."""

from .away import WhyAway
from .calendars import CalendarFeed, PlaceInCalendar
from .draw_proof import DrawLink, DrawNumber, DrawStage
from .draws import DrawEntry, DrawRound, Outcome, RoundOdds, without_published
from .freed_days import FreedDays
from .given_back import GivenBack, GivenBackCause
from .line import LineOffer, Turn, WishNotice
from .needs import HighNeed
from .places import Booking, BookingDay, BookingState, ChangeNotice, DayStatus, NoticeKind, Stay
from .policies import (
    LIMIT_GROUP_OF_KIND,
    AllocationMethod,
    AllocationPolicy,
    DrawMechanism,
    DrawPolicy,
    LimitGroup,
    UsageLimits,
)
from .reminders import ReminderPolicy
from .rooms import RoomUse
from .steps import StayStep, StepKind, last_standing
from .unmet import UnmetCount, UnmetKind, UnmetSign
from .visits import VisitPolicy, VisitPreparation, VisitTime
from .waiting import FreedPlace, WaitingEnd, WaitingEntry
from .wishes import Wish, WishEnd, WishPart, WishService

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
    "DrawLink",
    "DrawMechanism",
    "DrawNumber",
    "DrawPolicy",
    "DrawRound",
    "DrawStage",
    "FreedDays",
    "FreedPlace",
    "GivenBack",
    "GivenBackCause",
    "HighNeed",
    "LimitGroup",
    "LineOffer",
    "NoticeKind",
    "Outcome",
    "PlaceInCalendar",
    "ReminderPolicy",
    "RoomUse",
    "RoundOdds",
    "Stay",
    "StayStep",
    "StepKind",
    "Turn",
    "UnmetCount",
    "UnmetKind",
    "UnmetSign",
    "UsageLimits",
    "VisitPolicy",
    "VisitPreparation",
    "VisitTime",
    "WaitingEnd",
    "WaitingEntry",
    "WhyAway",
    "Wish",
    "WishEnd",
    "WishNotice",
    "WishPart",
    "WishService",
    "last_standing",
    "without_published",
]
