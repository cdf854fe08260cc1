"""相談先の受付時間: whether a line answers at a moment. Pure; the hours are the ward's data (help_lines.csv)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True)
class Hours:
    """``weekdays``: on which a line opens (Monday is 0). ``opens`` and ``closes``: None is round the clock; what
    closes before it opens closes on the next day. ``on_holidays``: public holidays are days like others.
    """

    weekdays: Collection[int]
    on_holidays: bool = True
    opens: time | None = None
    closes: time | None = None


def answers(hours: Hours, now: datetime, holidays: Collection[date]) -> bool:
    """Whether the line answers now (local time). ``holidays``: days, today's and yesterday's at least."""
    today, clock = now.date(), now.time()
    if hours.opens is None or hours.closes is None:
        return _opens_on(hours, today, holidays)
    if hours.opens < hours.closes:
        return hours.opens <= clock < hours.closes and _opens_on(hours, today, holidays)
    if clock >= hours.opens:
        return _opens_on(hours, today, holidays)
    return clock < hours.closes and _opens_on(hours, today - timedelta(days=1), holidays)


def _opens_on(hours: Hours, day: date, holidays: Collection[date]) -> bool:
    return day.weekday() in hours.weekdays and (hours.on_holidays or day not in holidays)
