"""Who signs in, what was changed about them, and what they looked at."""

from .account_changes import AccountChange, AccountPolicy, ChangeKind, EmailChange, Outcome, SecondFactor, Way
from .looks import AccessLogEntry, AccessLogLink
from .people import RIGHTS, SIGN_IN, User

__all__ = [
    "RIGHTS",
    "SIGN_IN",
    "AccessLogEntry",
    "AccessLogLink",
    "AccountChange",
    "AccountPolicy",
    "ChangeKind",
    "EmailChange",
    "Outcome",
    "SecondFactor",
    "User",
    "Way",
]
