"""The soonest days on which services have room, for everybody: from a day on, not beyond the last day of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from facilities.models import Service

from .places.availability import Availability, availability_of
from .places.day_hindrances import Hindrance

# Looked at in one go; most services have a day within it.
STRETCH = timedelta(days=62)
MOST_DAYS = 3


@dataclass
class Soonest:
    """``days``: the first that can be booked now, ``MOST_DAYS`` at most; ``after_wait``: the first one after the day
    until which a family waits for the ward. ``draw_day``: the first that is given by lot, with the moment of its
    draw where one is announced.
    """

    days: list[date] = field(default_factory=list)
    after_wait: date | None = None
    draw_day: date | None = None
    drawn_at: datetime | None = None

    @property
    def is_found(self) -> bool:
        return len(self.days) >= MOST_DAYS and self.after_wait is not None


def soonest_days(
    services: Sequence[Service],
    first: Mapping[int, date],
    last: Mapping[int, date],
    *,
    waits_until: date,
    at: datetime,
) -> dict[int, Soonest]:
    """Return the soonest days of each service by its id, from its first to its last day, both included.

    ``waits_until``: the day by which a family that applies today is answered. One query for each stretch of 62 days
    that has to be looked at; most often one.
    """
    found = {service.pk: Soonest() for service in services}
    left = [service for service in services if first[service.pk] <= last[service.pk]]
    begin = min((first[service.pk] for service in left), default=None)
    while left and begin is not None:
        end = min(begin + STRETCH, max(last[service.pk] for service in left))
        known = availability_of(left, begin, end, at=at)
        for service in left:
            _note(found[service.pk], known, service, (first[service.pk], last[service.pk]), waits_until)
        left = [row for row in left if last[row.pk] > end and not found[row.pk].is_found and _opens(known, row)]
        begin = end + timedelta(days=1)
    return found


def _note(
    found: Soonest, known: Availability, service: Service, between: tuple[date, date], waits_until: date
) -> None:
    for row in known.days[service.pk]:
        if not between[0] <= row.day <= between[1]:
            continue
        if row.hindrance is None:
            if len(found.days) < MOST_DAYS:
                found.days.append(row.day)
            if found.after_wait is None and row.day > waits_until:
                found.after_wait = row.day
        elif row.hindrance is Hindrance.BY_LOT and found.draw_day is None:
            found.draw_day = row.day
            found.drawn_at = known.to_be_drawn.get(service.pk, {}).get(row.day)


def _opens(known: Availability, service: Service) -> bool:
    """Whether later days may be open: the last one looked at is not beyond what is booked by now."""
    return known.days[service.pk][-1].hindrance is not Hindrance.NOT_OPEN_YET
