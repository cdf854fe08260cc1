"""Days given up: free at once, unless families wait for them; then they are on their way to the next."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from sankecare.errors import Refused

from .models import AllocationPolicy, Booking, BookingDay, BookingState, DayStatus
from .refusals import in_words

# Set by the app (apps.py): what passes freed places on once the transaction stands.
after_release: list[Callable[[int, datetime], object]] = []


ON_THEIR_WAY = """
    INSERT INTO bookings_freedplace (pool_id, day, freed_at)
    SELECT freed.pool_id, freed.day, %s
      FROM unnest(%s::bigint[], %s::date[]) AS freed(pool_id, day)
     WHERE EXISTS (SELECT 1 FROM bookings_waitingentry waiting
                     JOIN facilities_service service ON service.id = waiting.service_id
                    WHERE service.pool_id = freed.pool_id AND waiting.period @> freed.day
                      AND waiting.ended_at IS NULL AND waiting.booking_id IS NULL)
    RETURNING pool_id
"""


def release_days(days: "QuerySet[BookingDay]", at: datetime) -> None:
    """Release booked days, in the caller's transaction.

    Where a family waits for one of them, the place counts as taken until it has been passed on.
    """
    given_up = list(days.values_list("pool", "day"))
    days.update(status=DayStatus.RELEASED)
    with connection.cursor() as cursor:
        cursor.execute(ON_THEIR_WAY, [at, [pool for pool, _day in given_up], [day for _pool, day in given_up]])
        waited_for = {pool for (pool,) in cursor.fetchall()}
    for pool in sorted(waited_for):
        for pass_on in after_release:
            transaction.on_commit(partial(pass_on, pool, at), robust=True)


def last_day_to_give_back(booking: Booking, day: date) -> date | None:
    """Return until when a family may give the day back online (allocation policy of that day); None = no limit."""
    policy = AllocationPolicy.objects.filter(service=booking.service_id, period__contains=day).first()
    if policy is None or policy.gives_back_days_before is None:
        return None
    return day - timedelta(days=policy.gives_back_days_before)


def refuse_too_late(booking: Booking, days: Collection[date], by: User, at: datetime) -> None:
    """Refuse a family that gives days back later than the policy lets it; staff do it for her on the telephone."""
    if by.role != Role.MOTHER or booking.state != BookingState.BOOKED or not days:
        return
    until = last_day_to_give_back(booking, min(days))
    if until is not None and timezone.localdate(at) > until:
        sentence = _("It could be given back here until %(until)s. Please call the facility.") % {
            "until": in_words([until])
        }
        raise Refused("too_late_to_give_back", sentence, {"days": sentence})
