"""The tables of referrals, a file a subject."""

from .deputies import SectionDeputy
from .place_requests import PlaceRequest, PlaceRequestEvent, RequestEventKind, RequestState, Wanted
from .policy import ReferralPolicy
from .reconciliation import Reconciliation
from .referral import (
    ONE_CAUSE,
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
from .watching import MarkKind, WatchList, WatchMark, WatchPolicy, WatchRow
from .work import (
    SENDING,
    ContactWay,
    EventKind,
    Met,
    ReferralAddition,
    ReferralContact,
    ReferralEvent,
    ReferralNotice,
    ReferralPaper,
)

__all__ = [
    "ONE_CAUSE",
    "OPEN_STATES",
    "SENDING",
    "Concern",
    "ContactWay",
    "EventKind",
    "Ground",
    "MarkKind",
    "Met",
    "Origin",
    "Outcome",
    "PlaceRequest",
    "PlaceRequestEvent",
    "RecipientKind",
    "Reconciliation",
    "Referral",
    "ReferralAddition",
    "ReferralContact",
    "ReferralEvent",
    "ReferralNotice",
    "ReferralPaper",
    "ReferralPolicy",
    "ReferralState",
    "RequestEventKind",
    "RequestState",
    "SectionDeputy",
    "Urgency",
    "Wanted",
    "WatchList",
    "WatchMark",
    "WatchPolicy",
    "WatchRow",
]
