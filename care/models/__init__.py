"""What happens in house and on visits: care records, incidents and manuals, visits, coordinator sessions."""

from .incidents import Incident, IncidentKind, IncidentPolicy, IncidentReport, SafetyChapter, Severity
from .manuals import ManualAcknowledgement, SafetyManual
from .records import (
    Assessment,
    Breast,
    CarePolicy,
    CareRecord,
    CheckIn,
    Feeding,
    HandoverNote,
    InfantCare,
    Mood,
    ProposalDecision,
    SoldOption,
)
from .sessions import CoordinatorSession, SessionSignUp
from .sleep import Breathing, Colour, Position, SleepCheck, SleepCheckTakenBack, SleepPlace
from .visits import ConsultationTopic, VisitRecord, VisitTopic

__all__ = [
    "Assessment",
    "Breast",
    "Breathing",
    "CarePolicy",
    "CareRecord",
    "CheckIn",
    "Colour",
    "ConsultationTopic",
    "CoordinatorSession",
    "Feeding",
    "HandoverNote",
    "Incident",
    "IncidentKind",
    "IncidentPolicy",
    "IncidentReport",
    "InfantCare",
    "ManualAcknowledgement",
    "Mood",
    "Position",
    "ProposalDecision",
    "SafetyChapter",
    "SafetyManual",
    "SessionSignUp",
    "Severity",
    "SleepCheck",
    "SleepCheckTakenBack",
    "SleepPlace",
    "SoldOption",
    "VisitRecord",
    "VisitTopic",
]
