"""How many days a birth has used and booked, whatever registrations it had."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Q
from django.utils import translation

from bookings.models import LIMIT_GROUP_OF_KIND, Booking, DrawEntry, LimitGroup, UsageLimits, WaitingEntry
from enrollment.decisions.earlier import DaysOfBirth
from enrollment.letters.told_by_others import LimitOfBirth
from enrollment.models import Birth, Registration
from facilities.models import ServiceKind
from sankecare.db import run_batch

DAYS_OF_BIRTHS = """
    SELECT registration.birth_id, service.kind,
           count(*) FILTER (WHERE held.status = 'used'), count(*) FILTER (WHERE held.status = 'held')
      FROM bookings_bookingday held
      JOIN bookings_booking booking ON booking.id = held.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN enrollment_registration registration ON registration.id = booking.registration_id
     WHERE registration.birth_id = ANY(%s) AND held.status <> 'released' GROUP BY registration.birth_id, service.kind
"""


def days_of_birth(birth: Birth, today: date) -> list[DaysOfBirth]:
    """Return the days of the birth by what is counted together; without a day only what has a limit. Two queries."""
    return [row for first, row in days_of_birth_by_limit(birth, today) if first is None]


def days_of_birth_with_limit(birth: Birth, today: date) -> list[tuple[date | None, DaysOfBirth]]:
    """Return those that have a limit: what a family reads of the days that it has left. Two queries."""
    return days_of_births_with_limit([birth.pk], today)[birth.pk]


def days_of_births_with_limit(
    births: Collection[int], today: date
) -> dict[int, list[tuple[date | None, DaysOfBirth]]]:
    """Return the same of several births, by their ids. Two queries."""
    return {
        birth: [(first, row) for first, row in rows if row.limit is not None]
        for birth, rows in days_of_births_by_limit(births, today).items()
    }


def days_of_birth_by_limit(birth: Birth, today: date) -> list[tuple[date | None, DaysOfBirth]]:
    """Return the same by the limits of today (None), then by each that is to come, with its first day. Two queries."""
    return days_of_births_by_limit([birth.pk], today)[birth.pk]


def days_of_births_by_limit(births: Collection[int], today: date) -> dict[int, list[tuple[date | None, DaysOfBirth]]]:
    """Return the same of several births, by their ids. Two queries."""
    known = list(UsageLimits.objects.filter(Q(period__endswith=None) | Q(period__endswith__gt=today)))
    used: dict[int, dict[str, int]] = {birth: dict.fromkeys(LimitGroup.values, 0) for birth in births}
    booked: dict[int, dict[str, int]] = {birth: dict.fromkeys(LimitGroup.values, 0) for birth in births}
    for birth, kind, of_used, of_booked in run_batch((DAYS_OF_BIRTHS, [list(births)]))[0]:
        group = LIMIT_GROUP_OF_KIND[ServiceKind(kind)]
        used[birth][group] += of_used
        booked[birth][group] += of_booked
    return {birth: _by_limit(known, used[birth], booked[birth], today) for birth in births}


def _by_limit(
    known: Collection[UsageLimits], used: Mapping[str, int], booked: Mapping[str, int], today: date
) -> list[tuple[date | None, DaysOfBirth]]:
    found: list[tuple[date | None, DaysOfBirth]] = []
    for group in LimitGroup:
        rows = sorted((row for row in known if row.group == group), key=lambda row: row.period.lower or date.min)
        starts = {row.period.lower or date.min: row.days_per_birth for row in rows}
        now = next((limit for first, limit in starts.items() if first <= today), None)
        by_first = [(None, now), *((first, limit) for first, limit in starts.items() if first > today)]
        found += [
            (first, DaysOfBirth(str(group.label), used[group], booked[group], limit))
            for first, limit in by_first
            if limit is not None or (first is None and (used[group] or booked[group]))
        ]
    return found


def limits_on_letter(_birth: Birth, day: date) -> list[LimitOfBirth]:
    """Return how many days a birth may use by the limits of the day: what a letter says of them. One query."""
    limits = {row.group: row.days_per_birth for row in UsageLimits.objects.filter(period__contains=day)}
    with translation.override("en"):  # the key of the words, which each reader's language has
        return [
            LimitOfBirth(str(group.label), days) for group in LimitGroup if (days := limits.get(group)) is not None
        ]


def is_used(registration: Registration) -> bool:
    """Tell whether the family has a booking, an entry of a draw or a place in a line by the registration."""
    return any(
        rows.filter(registration=registration).exists()
        for rows in (Booking.objects.all(), DrawEntry.objects.all(), WaitingEntry.objects.all())
    )
