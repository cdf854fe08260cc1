"""A stay ends for the facility: what is missing for some days, then corrections with a reason, then nothing."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.models import Booking, Stay
from care.models import CareRecord, Observation, SleepCheck
from sankecare.errors import Refused, refuse_without_reason
from sankecare.moments import moment_in_words

from .observations import Openness
from .record_queries import openness_of

A_MINUTE = timedelta(minutes=1)


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


def refuse_seen_after(stay: Stay) -> None:
    """Refuse a departure before the family was seen last; times are typed by the minute.

    Errors: Refused ``seen_after``.
    """
    left = stay.departed_at
    if left is None:
        return
    looks = SleepCheck.objects.filter(stay=stay, taken_back__isnull=True, happened_at__gte=left + A_MINUTE)
    seen = looks.order_by("-happened_at").values_list("happened_at", flat=True).first()
    noted = Observation.objects.filter(stay=stay, taken_back__isnull=True, corrected_by__isnull=True)
    noted = noted.filter(happened_at__gte=left + A_MINUTE).order_by("-happened_at")
    seen = max(filter(None, [seen, noted.values_list("happened_at", flat=True).first()]), default=None)
    records = CareRecord.objects.filter(stay=stay, day__gt=timezone.localdate(left)).order_by("-day")
    day = records.values_list("day", flat=True).first()
    last = moment_in_words(seen) if seen else date_format(day) if day else ""
    if not last:
        return
    sentence = _("Something was written of this family at a later time: %(last)s. Please look at the time again.")
    raise Refused("seen_after", sentence % {"last": last}, {"happened_at": sentence % {"last": last}})
