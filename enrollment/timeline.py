"""A family's timeline: notes on it, and who reads which.

Codes, dates and ids alone: an entry never holds an address or a name.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from enrollment.models import Family, Registration, TimelineEntry, TimelineEvent

Fact = str | int | bool | None


def add_entry(
    happening: TimelineEvent,
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


# What staff do among themselves; and what somebody who holds her telephone should not read.
NOT_FOR_THE_FAMILY = (
    TimelineEvent.TAKEN_BACK,
    TimelineEvent.DRAFTED,
    TimelineEvent.DRAFT_RETURNED,
    TimelineEvent.DRAFT_TAKEN_BACK,
    TimelineEvent.EXCEPTION_PROPOSED,
    TimelineEvent.EXCEPTION_GRANTED,
    TimelineEvent.MERGED,
    TimelineEvent.PROTECTED,
    TimelineEvent.PROTECTION_RENEWED,
    TimelineEvent.END_PROPOSED,
    TimelineEvent.END_DECLINED,
    TimelineEvent.PROTECTION_ENDED,
    TimelineEvent.NAMED,
    TimelineEvent.UNNAMED,
    TimelineEvent.LOOK_ASKED,
    TimelineEvent.LOOK_OPENED,
    TimelineEvent.LETTER_VOIDED,
)


def timeline_for(role: str, family: Family) -> "QuerySet[TimelineEntry]":
    """Return the family's timeline, newest first, as this role may read it. One query."""
    entries = family.timeline.select_related("registration", "entered_by")
    return entries.exclude(happening__in=NOT_FOR_THE_FAMILY) if role == Role.MOTHER else entries
