"""開庁時間: when a deadline falls that is counted in the ward's working hours. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

A_DAY = timedelta(days=1)
SATURDAY = 5
LONGEST_WAIT = timedelta(days=400)


@dataclass(frozen=True)
class OfficeHours:
    """When the ward's offices work: Monday to Friday from ``opens`` to ``closes``, but for the days ``closed``.

    The offices rest from ``year_ends`` (month, day) to ``year_begins`` of the next year, both included.
    """

    opens: time
    closes: time
    closed: Collection[date] = ()
    year_ends: tuple[int, int] = (12, 29)
    year_begins: tuple[int, int] = (1, 3)

    @property
    def day_length(self) -> timedelta:
        """How long a working day is."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def works_on(self, day: date) -> bool:
        """Tell whether the offices work on the day."""
        turn_of_year = (day.month, day.day) >= self.year_ends or (day.month, day.day) <= self.year_begins
        return day.weekday() < SATURDAY and day not in self.closed and not turn_of_year


def working_days_late(due: date, today: date, hours: OfficeHours) -> int:
    """Return how many working days have begun since the day due, ``today`` among them; 0 on the day itself."""
    days = (due + A_DAY * number for number in range(1, (today - due).days + 1))
    return sum(hours.works_on(day) for day in days)


def working_time_between(start: datetime, end: datetime, hours: OfficeHours) -> timedelta:
    """Return how much working time lies between two moments of the ward's own time zone; none where they are reversed.

    From Friday 16:15 to Monday 9:30 it is two hours (hours of 8:30 to 17:15).
    """
    days = (start.date() + A_DAY * number for number in range((end.date() - start.date()).days + 1))
    spent = timedelta()
    for day in days:
        if hours.works_on(day):
            opens = datetime.combine(day, hours.opens, tzinfo=start.tzinfo)
            closes = datetime.combine(day, hours.closes, tzinfo=start.tzinfo)
            spent += max(min(end, closes) - max(start, opens), timedelta())
    return spent


def opens_next(moment: datetime, hours: OfficeHours) -> datetime:
    """Return the moment itself while the offices are open, else when they open next.

    Raises ValueError where the offices do not work for over a year.
    """
    day = moment.date()
    while day - moment.date() < LONGEST_WAIT:
        opens = datetime.combine(day, hours.opens, tzinfo=moment.tzinfo)
        if hours.works_on(day) and moment < datetime.combine(day, hours.closes, tzinfo=moment.tzinfo):
            return max(moment, opens)
        day += A_DAY
    raise ValueError("the offices do not work for over a year")


def after_working_time(start: datetime, amount: timedelta, hours: OfficeHours) -> datetime:
    """Return the moment at which ``amount`` of working time has passed since ``start``.

    ``start`` carries the ward's own time zone, which has no summer time. Raised on a Friday at 16:15, four
    hours end on Monday at 11:30 (hours of 8:30 to 17:15). Raises ValueError where the offices do not work
    for over a year.
    """
    moment, left = start, amount
    while moment - start < LONGEST_WAIT:
        day = moment.date()
        opens = datetime.combine(day, hours.opens, tzinfo=start.tzinfo)
        closes = datetime.combine(day, hours.closes, tzinfo=start.tzinfo)
        if hours.works_on(day) and moment < closes:
            begins = max(moment, opens)
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        moment = datetime.combine(day + A_DAY, time(), tzinfo=start.tzinfo)
    raise ValueError("the offices do not work for over a year")
