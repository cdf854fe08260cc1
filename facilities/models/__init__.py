"""Where and when care is offered. Every amount, window, calendar and room here is a dated row that staff edit."""

from .guests import FacilityPicture, GuestNote, GuestTopic, TownMinutes
from .programme import (
    CalendarRow,
    Capacity,
    Closure,
    DayOverride,
    District,
    Facility,
    FacilityAddress,
    FacilityOption,
    PlacePool,
    PublicHoliday,
    Service,
    ServiceKind,
    ServiceTermsRow,
    Source,
    Town,
    TownArea,
    WeeklyPattern,
)
from .rooms import Room, RoomOutOfOrder

__all__ = [
    "CalendarRow",
    "Capacity",
    "Closure",
    "DayOverride",
    "District",
    "Facility",
    "FacilityAddress",
    "FacilityOption",
    "FacilityPicture",
    "GuestNote",
    "GuestTopic",
    "PlacePool",
    "PublicHoliday",
    "Room",
    "RoomOutOfOrder",
    "Service",
    "ServiceKind",
    "ServiceTermsRow",
    "Source",
    "Town",
    "TownArea",
    "TownMinutes",
    "WeeklyPattern",
]
