"""The tables of enrolment, a file a subject."""

from .application import ApplicationDraft, Consent, ConsentText, EvidenceFile, EvidenceKind
from .call_note import CallNote
from .correction import FactCorrection
from .deletion import DeletionRequest, DeletionState
from .drafted import Decider, DecisionPolicy, DraftedDecision, DraftedFor, DraftOutcome
from .family import (
    BIRTH_WEIGHT_GRAMS,
    Birth,
    BirthWay,
    Family,
    Infant,
    Residence,
    Sibling,
    TaxClass,
    TaxClassPeriod,
    Unusual,
)
from .hard_news import HardNews, HardNewsKind, NamedCaller
from .help_now import DespairNote, DespairPolicy, DespairWord, HelpLine, WrittenWhere
from .helper import FamilyHelper, HelperKind, HelperRight
from .judging import LookedAt, ReasonFor, StandardReason
from .letter import Letter, LetterFile, LetterForm, LetterKind, LetterPolicy, LetterSerial, Seal
from .merge import FamilyMerge, NotTheSame
from .posting import Posting, PostingRun, SentWay, WhyReturned
from .protection import BreakGlass, ConfidentialAddress, EndOutcome, Protection, ProtectionEnd, ProtectionPeriod
from .registration import (
    LIVE_STATES,
    NOT_KNOWN,
    Channel,
    HeardFrom,
    Registration,
    RegistrationException,
    RegistrationPolicy,
    RegistrationState,
    WordsFrom,
    WorryTopic,
)
from .timeline import TimelineEntry, TimelineEvent

__all__ = [
    "BIRTH_WEIGHT_GRAMS",
    "LIVE_STATES",
    "NOT_KNOWN",
    "ApplicationDraft",
    "Birth",
    "BirthWay",
    "BreakGlass",
    "CallNote",
    "Channel",
    "ConfidentialAddress",
    "Consent",
    "ConsentText",
    "Decider",
    "DecisionPolicy",
    "DeletionRequest",
    "DeletionState",
    "DespairNote",
    "DespairPolicy",
    "DespairWord",
    "DraftOutcome",
    "DraftedDecision",
    "DraftedFor",
    "EndOutcome",
    "EvidenceFile",
    "EvidenceKind",
    "FactCorrection",
    "Family",
    "FamilyHelper",
    "FamilyMerge",
    "HardNews",
    "HardNewsKind",
    "HeardFrom",
    "HelpLine",
    "HelperKind",
    "HelperRight",
    "Infant",
    "Letter",
    "LetterFile",
    "LetterForm",
    "LetterKind",
    "LetterPolicy",
    "LetterSerial",
    "LookedAt",
    "NamedCaller",
    "NotTheSame",
    "Posting",
    "PostingRun",
    "Protection",
    "ProtectionEnd",
    "ProtectionPeriod",
    "ReasonFor",
    "Registration",
    "RegistrationException",
    "RegistrationPolicy",
    "RegistrationState",
    "Residence",
    "Seal",
    "SentWay",
    "Sibling",
    "StandardReason",
    "TaxClass",
    "TaxClassPeriod",
    "TimelineEntry",
    "TimelineEvent",
    "Unusual",
    "WhyReturned",
    "WordsFrom",
    "WorryTopic",
    "WrittenWhere",
]
