"""A stay ends for the facility: what is missing for some days, then corrections with a reason, then nothing."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import Booking
from sankecare.errors import Refused, refuse_without_reason

from .observations import Openness
from .record_queries import openness_of


def refuse_ended(locked: Booking, at: datetime, *, is_new: bool, reason: str = "") -> None:
    """Refuse what the policy does not let a facility write any more of a stay that has ended.

    Errors: Refused ``stay_closed``, ``only_corrections`` (nothing new); NotPossible ``no_reason``.
    """
    state = openness_of(locked, timezone.localdate(at))
    if state == Openness.CLOSED:
        raise Refused("stay_closed", _("This stay ended too long ago: nothing is written into it any more."))
    if state == Openness.CORRECTIONS and is_new:
        raise Refused("only_corrections", _("This stay has ended: only what stands can be corrected, with a reason."))
    if state == Openness.CORRECTIONS:
        refuse_without_reason(reason, field="corrected_because")
