"""お預かりできない時間: what mothers read of each facility."""

from collections.abc import Iterable
from datetime import date

from care.models import HoursWithoutKeeping
from facilities.models import Facility


def hours_without_keeping(facilities: Iterable[Facility], day: date) -> dict[int, list[HoursWithoutKeeping]]:
    """Return, by facility, the hours in which it keeps no baby apart, as in force on the day. One query."""
    found: dict[int, list[HoursWithoutKeeping]] = {}
    rows = HoursWithoutKeeping.objects.filter(facility__in=list(facilities), period__contains=day)
    for row in rows.order_by("starts_at", "pk"):
        found.setdefault(row.facility_id, []).append(row)
    return found
