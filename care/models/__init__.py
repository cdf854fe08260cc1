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
    Position,
    ProposalDecision,
    SleepCheck,
    SoldOption,
)
from .sessions import CoordinatorSession, SessionSignUp
from .visits import ConsultationTopic, VisitRecord, VisitTopic

__all__ = [
    "Assessment",
    "Breast",
    "CarePolicy",
    "CareRecord",
    "CheckIn",
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
    "SoldOption",
    "VisitRecord",
    "VisitTopic",
]
