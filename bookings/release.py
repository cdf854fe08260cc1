"""Days given up: free at once, unless families wait for them; then they are on their way to the next."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from .models import BookingDay, DayStatus, FreedPlace, WaitingEntry

# Set by the app (apps.py): what passes freed places on once the transaction stands.
after_release: list[Callable[[int, datetime], object]] = []


def release_days(days: "QuerySet[BookingDay]", at: datetime) -> None:
    """Release booked days, in the caller's transaction.

    Where a family waits for one of them, the place counts as taken until it has been passed on.
    """
    given_up = list(days.values_list("pool", "day"))
    days.update(status=DayStatus.RELEASED)
    waited_for = [
        FreedPlace(pool_id=pool, day=day, freed_at=at)
        for pool, day in given_up
        if WaitingEntry.objects.filter(
            service__pool=pool, period__contains=day, ended_at__isnull=True, booking__isnull=True
        ).exists()
    ]
    if waited_for:
        FreedPlace.objects.bulk_create(waited_for)
        for pool in sorted({row.pool_id for row in waited_for}):
            for pass_on in after_release:
                transaction.on_commit(partial(pass_on, pool, at), robust=True)
