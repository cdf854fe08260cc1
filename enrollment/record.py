"""Notes on a family's timeline. Codes, dates and ids alone: an entry never holds an address or a name."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import timezone

from accounts.models import User

from .models import Family, Happening, Registration, TimelineEntry

Fact = str | int | bool | None


def note(
    happening: Happening,
    *,
    family: Family,
    by: User,
    at: datetime,
    registration: Registration | None = None,
    on_day: date | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> TimelineEntry:
    """Append what happened, in the caller's transaction. ``on_day``: the day from which it holds (today)."""
    return TimelineEntry.objects.create(
        family=family,
        registration=registration,
        happening=happening,
        on_day=on_day or timezone.localdate(at),
        entered_at=at,
        entered_by=by,
        facts=dict(facts or {}),
    )
