"""見守りの履歴: the looks at one baby on a day, with the longest time without one. Pure but for its query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.db.models.functions import TruncDate

from bookings.models import Booking
from care.models import SleepCheck
from care.observations import Lateness, sleep_check
from enrollment.models import Infant


@dataclass(frozen=True)
class LookSince:
    """A look, the minutes since the one before it that counts (None: the first), and how late it came."""

    check: SleepCheck
    minutes: int | None
    lateness: Lateness
    is_taken_back: bool


@dataclass(frozen=True)
class BabysDay:
    """A baby's looks of a day, the newest first; ``longest``: minutes between two, None with less than two."""

    infant: Infant
    looks: list[LookSince]
    longest: int | None

    @property
    def counted(self) -> int:
        """How many looks stand."""
        return sum(not look.is_taken_back for look in self.looks)


def days_looked_at(booking: Booking) -> list[date]:
    """Return the days on which a baby of the booking was looked at, oldest first. One query."""
    days = SleepCheck.objects.filter(stay__booking=booking).annotate(day=TruncDate("happened_at"))
    return list(days.values("day").annotate(Max("pk")).order_by("day").values_list("day", flat=True))


def looks_of_day(booking: Booking, day: date, minutes: int | None) -> list[BabysDay]:
    """Return each baby's looks on the day, by the interval in force on it (minutes). Two queries."""
    rows = SleepCheck.objects.filter(stay__booking=booking, happened_at__date=day).order_by("happened_at", "pk")
    found: dict[int, list[SleepCheck]] = {}
    for row in rows.select_related("taken_back", "watched_by", "second_person", "recorded_by"):
        found.setdefault(row.infant_id, []).append(row)
    infants = booking.registration.birth.infants.order_by("birth_date", "pk")
    return [_babys_day(infant, found.get(infant.pk, []), minutes) for infant in infants]


def _babys_day(infant: Infant, checks: Sequence[SleepCheck], minutes: int | None) -> BabysDay:
    looks: list[LookSince] = []
    last: datetime | None = None
    for check in checks:
        is_taken_back = hasattr(check, "taken_back")
        gap = int((check.happened_at - last).total_seconds() // 60) if last and not is_taken_back else None
        lateness = sleep_check(last, minutes, check.happened_at).lateness if gap is not None else Lateness.IN_TIME
        looks.append(LookSince(check, gap, lateness, is_taken_back))
        last = last if is_taken_back else check.happened_at
    longest = max((look.minutes for look in looks if look.minutes is not None), default=None)
    return BabysDay(infant, looks[::-1], longest)
