"""Changes as sentences: who did what with which row; what stood before and after stands beside them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .audit import Change

SENTENCES: Mapping[str, Any] = {
    "insert": gettext_lazy("%(who)s entered %(what)s"),
    "update": gettext_lazy("%(who)s changed %(what)s"),
    "delete": gettext_lazy("%(who)s deleted %(what)s"),
}
# A row that came into another state: what the person did, in the ward's words.
STATES: Mapping[tuple[str, str], Any] = {
    ("enrollment.Registration", "approved"): gettext_lazy("%(who)s approved %(what)s"),
    ("enrollment.Registration", "rejected"): gettext_lazy("%(who)s rejected %(what)s"),
    ("enrollment.Registration", "returned"): gettext_lazy("%(who)s returned %(what)s for correction"),
    ("enrollment.Registration", "applied"): gettext_lazy("%(who)s sent %(what)s in again"),
    ("enrollment.Registration", "withdrawn"): gettext_lazy("%(who)s withdrew %(what)s"),
    ("enrollment.Registration", "ended"): gettext_lazy("%(who)s ended %(what)s"),
    ("bookings.Booking", "booked"): gettext_lazy("%(who)s booked %(what)s again, or took the offer"),
    ("bookings.Booking", "arrived"): gettext_lazy("%(who)s recorded the arrival of %(what)s"),
    ("bookings.Booking", "departed"): gettext_lazy("%(who)s recorded the departure of %(what)s"),
    ("bookings.Booking", "cancelled"): gettext_lazy("%(who)s cancelled %(what)s"),
    ("bookings.Booking", "no_show"): gettext_lazy("%(who)s recorded that nobody came for %(what)s"),
}


def sentence(change: Change, who: str) -> str:
    """Say what was done; ``who``: the person's name, "" where no person was signed in."""
    words = STATES.get((change.label, change.state)) or SENTENCES.get(change.kind, SENTENCES["update"])
    what = f"{change.what} {change.number}".strip() if change.number else change.what
    return str(words) % {"who": who or _("the system"), "what": what}
