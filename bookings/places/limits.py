"""How many days a family may use: at most 7 family-days per birth, short stay and day care together, may be split;
7 consecutive at most (SEED; consecutive DEFAULT). Outreach is counted apart. The numbers are dated data.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sankecare.consecutive_days import consecutive_days


class CountedAs(StrEnum):
    """Services whose family-days are counted together."""

    STAYS = "stays"
    OUTREACH = "outreach"
    ONLINE = "online"


class LimitCode(StrEnum):
    """What is wrong with the days asked for."""

    NO_DAYS = "no_days"
    DAY_TWICE = "day_twice"
    DAY_TAKEN = "day_taken"
    TOO_MANY_DAYS = "too_many_days"
    TOO_MANY_CONSECUTIVE_DAYS = "too_many_consecutive_days"
    TOO_SHORT_NOTICE = "too_short_notice"
    NOT_OPEN_YET = "not_open_yet"


@dataclass(frozen=True)
class Limits:
    """The limits in force on a day for one group of services; None = no such limit.

    ``notice_days``, ``notice_hours``: how long before the first day used a booking must be made; hours are counted
    to ``starts_at``, when care begins on a day. ``opens_days_before``: how many days before a day it can be booked
    first come, and no earlier. ``gives_back_days``: how many days before the first day a family gives back online.
    """

    days_per_birth: int | None
    consecutive_days: int | None
    notice_days: int | None = None
    opens_days_before: int | None = None
    notice_hours: int | None = None
    starts_at: time = time(0)
    gives_back_days: int | None = None


@dataclass(frozen=True)
class BookedDay:
    """A day that the family holds or has used. Of another birth it counts for nothing but the one-a-day rule."""

    day: date
    counted_as: CountedAs = CountedAs.STAYS
    same_birth: bool = True


@dataclass(frozen=True)
class Violation:
    """A limit that the days break: its code, and the facts for the sentence."""

    code: LimitCode
    facts: Mapping[str, int | date | datetime] = field(default_factory=dict)


def check_days(
    requested: Collection[date],
    already_booked: Iterable[BookedDay],
    limits: Mapping[date, Limits],
    *,
    counted_as: CountedAs = CountedAs.STAYS,
    asked_at: datetime | None = None,
    notice_for: Collection[date] | None = None,
    opening_for: Collection[date] | None = None,
) -> list[Violation]:
    """What forbids these days; an empty list means that they may be booked.

    ``requested``: the days of one booking. ``already_booked``: every other day of the family that is not released
    (when a booking is changed: without its own). ``limits``: those in force on each day asked for; each day is judged
    by its own. ``asked_at``: the moment of asking, local time; needed where the limits have a notice or an opening.
    ``notice_for``, ``opening_for``: the days whose notice and opening are asked for; None: all.

    A violation carries facts: ``day`` (day_twice, day_taken); ``limit``, ``booked``, ``requested`` (too_many_days);
    ``limit``, ``days``, ``first_day``, ``last_day`` (too_many_consecutive_days); ``first_day``, ``until``,
    ``earliest_day`` (too_short_notice); ``limit``, ``last_day``, ``latest_day``, ``opens_on`` (not_open_yet).
    """
    if not requested:
        return [Violation(LimitCode.NO_DAYS)]
    days = sorted(set(requested))
    booked = list(already_booked)
    taken = {row.day for row in booked}
    counted = _counted(booked, counted_as)
    violations = [
        Violation(LimitCode.DAY_TWICE, {"day": day}) for day in days if sum(other == day for other in requested) > 1
    ]
    violations += [Violation(LimitCode.DAY_TAKEN, {"day": day}) for day in days if day in taken]
    new = [day for day in days if day not in taken]
    violations += _too_many(new, counted, limits)
    violations += _too_long_runs(days, counted, limits)
    noticed = days if notice_for is None else sorted(set(notice_for))
    opened = days if opening_for is None else sorted(set(opening_for))
    return violations + _too_short_notice(noticed, limits, asked_at) + _not_open_yet(opened, limits, asked_at)


def days_left(
    already_booked: Iterable[BookedDay], limits: Limits, *, counted_as: CountedAs = CountedAs.STAYS
) -> int | None:
    """How many more days of the birth may be used, by the limits in force; None = no such limit. Never below 0."""
    if limits.days_per_birth is None:
        return None
    return max(limits.days_per_birth - len(_counted(already_booked, counted_as)), 0)


def to_be_asked_until(day: date, limits: Limits) -> datetime | None:
    """The last moment, local time, at which the day may still be asked for; None = no period of notice."""
    moments = []
    try:
        if limits.notice_days is not None:
            moments.append(datetime.combine(day - timedelta(days=limits.notice_days), time.max))
        if limits.notice_hours is not None:
            moments.append(datetime.combine(day, limits.starts_at) - timedelta(hours=limits.notice_hours))
    except OverflowError:  # the first days that a calendar has
        return datetime.combine(date.min, time.min)
    return min(moments, default=None)


def is_too_late(day: date, limits: Limits, asked_at: datetime) -> bool:
    """Tell whether the period of notice of a day is over at a moment, local time."""
    until = to_be_asked_until(day, limits)
    return until is not None and asked_at.replace(tzinfo=None) > until


def earliest_day(limits: Limits, asked_at: datetime) -> date:
    """The first day that may still be asked for at ``asked_at``, local time, by the period of notice."""
    day = asked_at.date()
    while is_too_late(day, limits, asked_at):
        day += timedelta(days=1)
    return day


def is_not_open_yet(day: date, limits: Limits, asked_at: datetime) -> bool:
    """Tell whether the day lies further ahead than can be asked for at a moment, local time."""
    opens = limits.opens_days_before
    return opens is not None and day > asked_at.date() + timedelta(days=opens)


def _counted(booked: Iterable[BookedDay], counted_as: CountedAs) -> set[date]:
    return {row.day for row in booked if row.counted_as == counted_as and row.same_birth}


def _too_many(new: list[date], counted: set[date], limits: Mapping[date, Limits]) -> list[Violation]:
    """Each day asks its own limit of all that the birth has then: the smallest that is broken is named."""
    mosts = [most for day in new if (most := limits[day].days_per_birth) is not None]
    if not mosts or len(counted) + len(new) <= min(mosts):
        return []
    left = max(min(mosts) - len(counted), 0)
    facts = {"limit": min(mosts), "left": left, "requested": len(new), "over": len(new) - left}
    return [Violation(LimitCode.TOO_MANY_DAYS, facts)]


def _too_long_runs(days: list[date], counted: set[date], limits: Mapping[date, Limits]) -> list[Violation]:
    """Unbroken runs of days longer than a day in them allows, booked days beside the requested ones included."""
    found = []
    for run in consecutive_days(counted.union(days)):
        asked = [day for day in run if day in days and day not in counted]
        mosts = [most for day in asked if (most := limits[day].consecutive_days) is not None]
        if mosts and len(run) > min(mosts):
            facts: dict[str, int | date | datetime] = {
                "limit": min(mosts),
                "days": len(run),
                "first_day": run[0],
                "last_day": run[-1],
            }
            found.append(Violation(LimitCode.TOO_MANY_CONSECUTIVE_DAYS, facts))
    return found


def _too_short_notice(days: list[date], limits: Mapping[date, Limits], asked_at: datetime | None) -> list[Violation]:
    """The first of the days whose own period of notice is over."""
    for day in days:
        until = to_be_asked_until(day, limits[day])
        if until is None:
            continue
        if asked_at is None:
            raise ValueError("a period of notice needs the moment of asking")
        if is_too_late(day, limits[day], asked_at):
            facts: dict[str, int | date | datetime] = {
                "first_day": day,
                "until": until,
                "earliest_day": earliest_day(limits[day], asked_at),
            }
            return [Violation(LimitCode.TOO_SHORT_NOTICE, facts)]
    return []


def _not_open_yet(days: list[date], limits: Mapping[date, Limits], asked_at: datetime | None) -> list[Violation]:
    """The last of the days that lies further ahead than it can be asked for."""
    for day in reversed(days):
        opens = limits[day].opens_days_before
        if opens is None:
            continue
        if asked_at is None:
            raise ValueError("an opening needs the moment of asking")
        if is_not_open_yet(day, limits[day], asked_at):
            facts: dict[str, int | date | datetime] = {
                "limit": opens,
                "last_day": day,
                "latest_day": asked_at.date() + timedelta(days=opens),
                "opens_on": day - timedelta(days=opens),
            }
            return [Violation(LimitCode.NOT_OPEN_YET, facts)]
    return []
