"""Made-up waits of the last year that are over: for days that were full, by families of that time."""

from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from bookings.models import Booking, BookingState, WaitingEnd, WaitingEntry

from .families import at

SEED = "sanke-care-waiting"
WEEKS = 52
ONE_IN = 12  # of the stays of the year, one waited for its days
IN_VAIN = (WaitingEnd.PASSED, WaitingEnd.PASSED, WaitingEnd.LAPSED, WaitingEnd.LEFT, WaitingEnd.DECLINED)
SHORTEST, LONGEST = 4, 21  # days from joining to the day waited for


@transaction.atomic
def make_demo_waiting(today: date) -> None:
    """Write waits that ended with the stay that followed, and as many that ended without one before it."""
    random = Random(SEED)
    by = User.objects.get(username="made-up-history")
    first = today - timedelta(weeks=WEEKS)
    stays = Booking.objects.filter(state=BookingState.DEPARTED, days__day__range=(first, today), waiting_entry=None)
    entries = []
    for booking in stays.distinct().order_by("pk").prefetch_related("days"):
        if random.randrange(ONE_IN) or not booking.days_kept:
            continue
        begins, ends = booking.days_kept[0], booking.days_kept[-1]
        joined = at(begins - timedelta(days=random.randint(SHORTEST, LONGEST)), random.randint(8, 21))
        given = at(begins - timedelta(days=random.randint(1, 3)), random.randint(8, 21))
        entries.append(_entry(booking, (begins, ends), (joined, given), WaitingEnd.PLACED))
        if random.random() < 0.5:  # before these days it hoped for others, in vain
            earlier = begins - timedelta(days=random.randint(3, 10))
            asked = earlier - timedelta(days=random.randint(SHORTEST, LONGEST))
            end = random.choice(IN_VAIN)
            over = earlier if end == WaitingEnd.PASSED else asked + timedelta(days=random.randint(1, SHORTEST))
            entries.append(_entry(booking, (earlier, earlier), (at(asked, 9), at(over, 22)), end))
    for entry in entries:
        entry.joined_by = by
    WaitingEntry.objects.bulk_create(entries)


def _entry(
    booking: Booking, days: tuple[date, date], waited: tuple[datetime, datetime], end: WaitingEnd
) -> WaitingEntry:
    return WaitingEntry(
        registration_id=booking.registration_id,
        service_id=booking.service_id,
        period=DateRange(days[0], days[1] + timedelta(days=1)),
        infant_count=booking.infant_count,
        joined_at=waited[0],
        booking=booking if end == WaitingEnd.PLACED else None,
        ended_at=waited[1],
        ended_as=end,
    )
