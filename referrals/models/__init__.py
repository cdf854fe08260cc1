"""The tables of referrals, a file a subject."""

from .policy import ReferralPolicy
from .referral import (
    OPEN_STATES,
    Concern,
    Ground,
    Origin,
    Outcome,
    RecipientKind,
    Referral,
    ReferralState,
    Urgency,
)
from .work import (
    SENDING,
    ContactWay,
    EventKind,
    Met,
    ReferralContact,
    ReferralEvent,
    ReferralNotice,
    ReferralPaper,
)

__all__ = [
    "OPEN_STATES",
    "SENDING",
    "Concern",
    "ContactWay",
    "EventKind",
    "Ground",
    "Met",
    "Origin",
    "Outcome",
    "RecipientKind",
    "Referral",
    "ReferralContact",
    "ReferralEvent",
    "ReferralNotice",
    "ReferralPaper",
    "ReferralPolicy",
    "ReferralState",
    "Urgency",
]
