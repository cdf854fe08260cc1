"""What happens in house and on visits: care records, incidents and manuals, visits, coordinator sessions."""

from .assessments import Assessment, ProposalDecision, Questionnaire, QuestionnaireCode
from .hours import FINDING_WORDS, HourPolicy, Observation, ObservationTakenBack
from .incident_calls import IncidentCall
from .incidents import Incident, IncidentKind, IncidentPolicy, IncidentReport, SafetyChapter, Severity
from .keeping import HoursWithoutKeeping
from .manuals import ManualAcknowledgement, SafetyManual
from .meetings import MeetingLink
from .photos import PhotoPolicy, StayPhoto
from .plans import AimLook, AimOutcome, NextStep, PhraseKind, PlanAim, PlanPhrase, Progress
from .records import (
    Breast,
    CarePolicy,
    CareRecord,
    CheckIn,
    Feeding,
    HandoverNote,
    InfantCare,
    Mood,
    SoldOption,
)
from .sessions import CoordinatorSession, SessionSignUp
from .sleep import Breathing, Colour, Position, SleepCheck, SleepCheckTakenBack, SleepPlace
from .survey import Agreement, SurveyAnswer, SurveyCount, SurveyDone, SurveyQuestion
from .visits import ConsultationTopic, VisitRecord, VisitTopic

__all__ = [
    "FINDING_WORDS",
    "Agreement",
    "AimLook",
    "AimOutcome",
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
    "HourPolicy",
    "HoursWithoutKeeping",
    "Incident",
    "IncidentCall",
    "IncidentKind",
    "IncidentPolicy",
    "IncidentReport",
    "InfantCare",
    "ManualAcknowledgement",
    "MeetingLink",
    "Mood",
    "NextStep",
    "Observation",
    "ObservationTakenBack",
    "PhotoPolicy",
    "PhraseKind",
    "PlanAim",
    "PlanPhrase",
    "Position",
    "Progress",
    "ProposalDecision",
    "Questionnaire",
    "QuestionnaireCode",
    "SafetyChapter",
    "SafetyManual",
    "SessionSignUp",
    "Severity",
    "SleepCheck",
    "SleepCheckTakenBack",
    "SleepPlace",
    "SoldOption",
    "StayPhoto",
    "SurveyAnswer",
    "SurveyCount",
    "SurveyDone",
    "SurveyQuestion",
    "VisitRecord",
    "VisitTopic",
]
