"""理由の見あたらない閲覧: looks at one family by itself, near which nothing happened that would explain them.

It proves nothing: a caller who asked and booked nothing leaves no trace but a note. Who looks into it asks the person.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from enrollment.models import RegistrationState
from referrals.models import OPEN_STATES
from sankecare.db import run_batch

from .nearby import AFTER, BEFORE, is_explained
from .told import Told

OF_REGISTRATION = "registration__birth__family"
OF_BOOKING = f"booking__{OF_REGISTRATION}"
# What happens around a family: the kind of row, the way to the family, and its moment or day.
HAPPENED = (
    ("enrollment.TimelineEntry", "family", "entered_at"),
    ("enrollment.CallNote", "family", "made_at"),
    ("enrollment.EvidenceFile", "family", "uploaded_at"),
    ("enrollment.DespairNote", "family", "written_at"),
    ("enrollment.HardNews", "family", "told_at"),
    ("enrollment.DeletionRequest", "family", "asked_at"),
    ("enrollment.Letter", OF_REGISTRATION, "issued_at"),
    ("bookings.Booking", OF_REGISTRATION, "booked_at"),
    ("bookings.BookingDay", "family", "day"),
    ("bookings.ChangeNotice", OF_BOOKING, "made_at"),
    ("bookings.DrawEntry", OF_REGISTRATION, "entered_at"),
    ("bookings.WaitingEntry", OF_REGISTRATION, "joined_at"),
    ("care.Incident", f"stay__{OF_BOOKING}", "recorded_at"),
    ("billing.Charge", OF_BOOKING, "issued_at"),
    ("billing.Payment", f"charge__{OF_BOOKING}", "received_at"),
    ("billing.Adjustment", f"charge__{OF_BOOKING}", "made_at"),
    ("referrals.Referral", "family", "raised_at"),
    ("referrals.ReferralEvent", "referral__family", "at"),
    ("referrals.ReferralContact", "referral__family", "recorded_at"),
    ("referrals.PlaceRequest", "family", "asked_at"),
)
WAITS = Q(state__in=[RegistrationState.APPLIED, RegistrationState.RETURNED])
# What stands open of a family explains a look on any day since it began, and the days before; each with its beginning.
STANDS_OPEN = (
    ("enrollment.Registration", "birth__family", WAITS, "applied_at"),
    ("enrollment.HardNews", "family", Q(ended_at__isnull=True), "told_at"),
    ("bookings.WaitingEntry", OF_REGISTRATION, Q(ended_at__isnull=True), "joined_at"),
    ("bookings.Turn", f"entry__{OF_REGISTRATION}", Q(ended_at__isnull=True), "since"),
    ("referrals.Referral", "family", Q(state__in=OPEN_STATES), "raised_at"),
)
# Looks at one family alone: a list shows many at one moment, and nobody chose whom it showed. By person, family, day.
LOOKS = """
    SELECT user_id, family_id, min(at), count(*), (array_agg(page ORDER BY at))[1]
      FROM (SELECT user_id, family_id, at, page, (at AT TIME ZONE %s::text)::date AS day,
                   count(*) OVER (PARTITION BY user_id, at) AS together
              FROM accounts_accesslogentry
             WHERE user_id = ANY(%s) AND at >= %s AND at <= %s) AS look
     WHERE together = 1
     GROUP BY user_id, family_id, day
     ORDER BY min(at) DESC
"""


@dataclass(frozen=True)
class Look:
    """Looks of a person at one family on a day: the first moment, how often, the first page (a URL's name)."""

    user: int
    family: int
    at: datetime
    times: int
    page: str


def unexplained_on(first: date, last: date) -> list[Told]:
    """Return the looks of these days that nothing nearby explains, newest first. A fixed number of queries."""
    looks = _looks(first, last)
    families = {look.family for look in looks}
    happened, open_since = _happened(families, first - BEFORE, last + AFTER), _open_since(families)
    return [
        _told(look)
        for look in looks
        if not is_explained(
            timezone.localdate(look.at), happened.get(look.family, []), open_since=open_since.get(look.family)
        )
    ]


def _looks(first: date, last: date) -> list[Look]:
    """Looks of the staff but those of auditors, whose reason is the audit. Two queries."""
    staff = list(User.objects.exclude(role__in=["", Role.MOTHER, Role.AUDITOR]).values_list("pk", flat=True))
    zone = timezone.get_current_timezone()
    start, end = datetime.combine(first, time.min, zone), datetime.combine(last, time.max, zone)
    (rows,) = run_batch((LOOKS, [timezone.get_current_timezone_name(), staff, start, end]))
    return [Look(*row) for row in rows]


def _happened(families: Collection[int], first: date, last: date) -> Mapping[int, list[date]]:
    """The days on which something was with each family, in order. One query a kind of row."""
    found: dict[int, set[date]] = defaultdict(set)
    zone = timezone.get_current_timezone()
    for label, path, field in HAPPENED if families else ():
        is_day = field == "day"
        start: Any = first if is_day else datetime.combine(first, time.min, zone)
        end: Any = last if is_day else datetime.combine(last + timedelta(days=1), time.min, zone)
        rows = apps.get_model(label)._default_manager.filter(
            **{f"{path}__in": families, f"{field}__gte": start, f"{field}__lte": end}
        )
        for family, moment in rows.order_by().values_list(path, field):
            found[family].add(moment if is_day else timezone.localdate(moment))
    return {family: sorted(days) for family, days in found.items()}


def _open_since(families: Collection[int]) -> dict[int, date]:
    """Since when something stands open of each family of which anything does. One query a kind of row."""
    found: dict[int, date] = {}
    for label, path, condition, began in STANDS_OPEN if families else ():
        rows = apps.get_model(label)._default_manager.filter(condition, **{f"{path}__in": families})
        for family, moment in rows.order_by().values_list(path, began):
            day = timezone.localdate(moment)
            found[family] = min(day, found.get(family, day))
    return found


def _told(look: Look) -> Told:
    details = (_("%(times)d looks on this day") % {"times": look.times},) if look.times > 1 else ()
    sentence = _("%(who)s looked at one family: %(page)s")
    return Told(look.at, sentence, by=look.user, family=look.family, page=look.page, details=details)
