"""Places given and used: policies, bookings with the days that hold a slot each, stays, draws."""

from .care import (
    Assessment,
    Breast,
    CarePolicy,
    CareRecord,
    CheckIn,
    Feeding,
    HandoverNote,
    InfantCare,
    Mood,
    Position,
    ProposalDecision,
    SleepCheck,
    SoldOption,
)
from .draws import DrawEntry, DrawRound, Outcome
from .incidents import Incident, IncidentKind, IncidentPolicy, IncidentReport, SafetyChapter, Severity
from .manual import ManualAcknowledgement, SafetyManual
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
from .sessions import CoordinatorSession, SessionSignUp
from .visits import ConsultationTopic, VisitRecord, VisitTopic
from .waiting import FreedPlace, WaitingEnd, WaitingEntry

__all__ = [
    "LIMIT_GROUP_OF_KIND",
    "AllocationMethod",
    "AllocationPolicy",
    "Assessment",
    "Booking",
    "BookingDay",
    "BookingState",
    "Breast",
    "CarePolicy",
    "CareRecord",
    "ChangeNotice",
    "CheckIn",
    "ConsultationTopic",
    "CoordinatorSession",
    "DayStatus",
    "DrawEntry",
    "DrawPolicy",
    "DrawRound",
    "Feeding",
    "FreedPlace",
    "HandoverNote",
    "HighNeed",
    "Incident",
    "IncidentKind",
    "IncidentPolicy",
    "IncidentReport",
    "InfantCare",
    "LimitGroup",
    "ManualAcknowledgement",
    "Mood",
    "NoticeKind",
    "Outcome",
    "Position",
    "ProposalDecision",
    "SafetyChapter",
    "SafetyManual",
    "SessionSignUp",
    "Severity",
    "SleepCheck",
    "SoldOption",
    "Stay",
    "UsageLimits",
    "VisitRecord",
    "VisitTopic",
    "WaitingEnd",
    "WaitingEntry",
]
