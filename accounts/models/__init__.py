"""Who signs in, what was changed about them, and what they looked at."""

from .account_changes import AccountChange, AccountPolicy, ChangeKind, EmailChange, Outcome, SecondFactor, Way
from .looks import AccessLogEntry, AccessLogLink
from .messages import MessagePreference
from .messages import Way as MessageWay
from .people import RIGHTS, SIGN_IN, User
from .shift import ShiftPin, ShiftSignIn

__all__ = [
    "RIGHTS",
    "SIGN_IN",
    "AccessLogEntry",
    "AccessLogLink",
    "AccountChange",
    "AccountPolicy",
    "ChangeKind",
    "EmailChange",
    "MessagePreference",
    "MessageWay",
    "Outcome",
    "SecondFactor",
    "ShiftPin",
    "ShiftSignIn",
    "User",
    "Way",
]
