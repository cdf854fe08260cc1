"""どの抽選を先に望むか: the one order of a family's wishes over several draws. Reads only.

Of several draws for the same days a family can keep one place. What it won and has not answered yet in a draw that it
prefers less does not stand against it in one that it prefers more; won there, the other is given up and goes on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet

from bookings.models import Booking, BookingState, DrawEntry
from enrollment.models import Family


def entries_in_order(family: Family) -> "QuerySet[DrawEntry]":
    """Return the family's entries in draws still to come, the one that it prefers most first."""
    standing = DrawEntry.objects.filter(
        registration__birth__family=family,
        withdrawn_at__isnull=True,
        round__drawn_at__isnull=True,
        round__called_off_at__isnull=True,
    )
    return standing.select_related("round__pool__facility").order_by("preference", "entered_at", "pk")


def held_behind(entries: Sequence[DrawEntry]) -> dict[int, list[DrawEntry]]:
    """Return, by the id of each entry of one round, the family's entries behind it whose days are held and unanswered.

    The one that it prefers most first. One query. Takes entries with their registration's birth.
    """
    families = {entry.registration.birth.family_id: entry for entry in entries}
    held = (
        DrawEntry.objects.filter(
            registration__birth__family__in=families,
            withdrawn_at__isnull=True,
            booking__state=BookingState.OFFERED,
        )
        .exclude(round__in={entry.round_id for entry in entries})
        .select_related("booking", "round", "registration__birth__family")
    )
    found: dict[int, list[DrawEntry]] = {}
    for other in sorted(held, key=_place):
        entry = families[other.registration.birth.family_id]
        if _place(other) > _place(entry):
            found.setdefault(entry.pk, []).append(other)
    return found


def held_bookings(behind: Mapping[int, Sequence[DrawEntry]]) -> dict[int, list[Booking]]:
    """Return, by the entry's id, the bookings that hold what is behind it."""
    return {pk: [other.booking for other in others if other.booking] for pk, others in behind.items()}


def _place(entry: DrawEntry) -> tuple[int, datetime, int]:
    return entry.preference, entry.entered_at, entry.pk
