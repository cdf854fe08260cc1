"""Who signs in, what was changed about them, and what they looked at."""

from .account_changes import AccountChange, AccountPolicy, ChangeKind, EmailChange, Outcome, SecondFactor, Way
from .looks import AccessLogEntry, AccessLogLink, FileTaken
from .messages import MessagePreference
from .messages import Way as MessageWay
from .people import RIGHTS, SIGN_IN, User
from .shift import ShiftPin, ShiftSignIn
from .sign_in_failures import SignInFailure, Tried

__all__ = [
    "RIGHTS",
    "SIGN_IN",
    "AccessLogEntry",
    "AccessLogLink",
    "AccountChange",
    "AccountPolicy",
    "ChangeKind",
    "EmailChange",
    "FileTaken",
    "MessagePreference",
    "MessageWay",
    "Outcome",
    "SecondFactor",
    "ShiftPin",
    "ShiftSignIn",
    "SignInFailure",
    "Tried",
    "User",
    "Way",
]
