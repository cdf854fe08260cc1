"""The tables of enrolment, a file a subject."""

from .application import ApplicationDraft, Consent, ConsentText, EvidenceFile, EvidenceKind
from .correction import FactCorrection
from .family import Birth, Family, Infant, Residence, Sibling, TaxClass, TaxClassPeriod
from .help_now import DespairNote, DespairWord, HelpLine, WrittenWhere
from .letter import Letter, LetterFile, LetterKind, LetterPolicy, LetterSerial
from .merge import FamilyMerge, NotTheSame
from .protection import BreakGlass, ConfidentialAddress, Protection
from .registration import (
    LIVE_STATES,
    Channel,
    HeardFrom,
    Registration,
    RegistrationException,
    RegistrationPolicy,
    RegistrationState,
    WorryTopic,
)
from .timeline import TimelineEntry, TimelineEvent

__all__ = [
    "LIVE_STATES",
    "ApplicationDraft",
    "Birth",
    "BreakGlass",
    "Channel",
    "ConfidentialAddress",
    "Consent",
    "ConsentText",
    "DespairNote",
    "DespairWord",
    "EvidenceFile",
    "EvidenceKind",
    "FactCorrection",
    "Family",
    "FamilyMerge",
    "HeardFrom",
    "HelpLine",
    "Infant",
    "Letter",
    "LetterFile",
    "LetterKind",
    "LetterPolicy",
    "LetterSerial",
    "NotTheSame",
    "Protection",
    "Registration",
    "RegistrationException",
    "RegistrationPolicy",
    "RegistrationState",
    "Residence",
    "Sibling",
    "TaxClass",
    "TaxClassPeriod",
    "TimelineEntry",
    "TimelineEvent",
    "WorryTopic",
    "WrittenWhere",
]
