"""Days that somebody asks about without signing in: what stands in the way, in the sentences of a booking."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from bookings.models import LIMIT_GROUP_OF_KIND
from facilities.models import Service, ServiceKind

from .availability import availability_of
from .day_hindrances import Hindrance
from .day_policies import told_exactly
from .deadlines import terms_in_words
from .limits import CountedAs, LimitCode, check_days
from .refusals import beyond_limits, days_closed, days_full, days_passed, draw_first

# What may change: a place comes free, a draw leaves some, the day of the opening comes. The rest stays as it is.
MAY_CHANGE = (LimitCode.TOO_SHORT_NOTICE, LimitCode.NOT_OPEN_YET)


@dataclass(frozen=True)
class DaysAsked:
    """``in_the_way``: sentences, none where all days can be booked now. ``impossible``: they can never be had so.

    ``terms``: until when the service is booked and given back, in words.
    """

    in_the_way: list[str]
    impossible: bool
    terms: list[str]


def look_at_days(service: Service, first: date, last: date, *, at: datetime) -> DaysAsked:
    """Look at the days from first to last, both included, as a family without any booking would.

    One query, one more where a notice is broken.
    """
    known = availability_of([service], first, last, at=at)
    limits, drawn = known.limits[service.pk], known.to_be_drawn.get(service.pk, {})
    hindered: dict[Hindrance, list[date]] = {}
    for row in known.days[service.pk]:
        if row.hindrance is not None:
            hindered.setdefault(row.hindrance, []).append(row.day)
    violations = check_days(
        [row.day for row in known.days[service.pk]],
        [],
        limits,
        counted_as=CountedAs(LIMIT_GROUP_OF_KIND[ServiceKind(service.kind)]),
        asked_at=timezone.localtime(at),
    )
    if Hindrance.PASSED in hindered:
        violations = [row for row in violations if row.code not in MAY_CHANGE]
    found = []
    if passed := hindered.get(Hindrance.PASSED):
        found.append(days_passed(passed).detail)
    if closed := hindered.get(Hindrance.CLOSED):
        found.append(days_closed(closed).detail)
    if violations:
        found.append(beyond_limits(told_exactly(violations, service, at)).detail)
    if by_lot := hindered.get(Hindrance.BY_LOT):
        found.append(draw_first(by_lot, drawn[by_lot[0]]).detail)
    if full := hindered.get(Hindrance.FULL):
        found.append(days_full(full).detail)
    never = bool(passed or closed) or any(row.code not in MAY_CHANGE for row in violations)
    return DaysAsked(found, never, terms_in_words(limits))
