"""Made-up looks at full days and refusals of the last year, week by week: what a live ward counts without a name."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.db.models import Count

from bookings.models import BookingDay, UnmetCount, UnmetKind
from bookings.places.queries import STAYS
from bookings.unmet.weeks import monday_of
from enrollment.models import Residence
from facilities.calendar import slots_on
from facilities.models import District, Service
from facilities.queries import calendars

from .when_known import told_when_known

SEED = "sanke-care-unmet"
WEEK_IS_OVER = "CASE WHEN told.kind <> 'checked' THEN (told.week + 7 + time '00:25') AT TIME ZONE 'Asia/Tokyo' END"
WEEKS = 52
WEEKS_AHEAD = 3  # so long before a day families look for it
LOOKS = (0, 0, 1, 1, 2, 3)  # families of all districts, for one full day in one week
REFUSED = {"too_many_days": 4, "too_short_notice": 5, "draw_first": 3, "infant_age": 3, "too_many_consecutive_days": 1}
CHECKED = {"infant_age": 6, "residency": 4, "medical_care": 2, "worry": 1}


@transaction.atomic
def make_demo_unmet(today: date) -> None:
    """Write numbers of the weeks that are over: of days that are full in the history, by where its families live."""
    random = Random(SEED)
    this_week = monday_of(today)
    first = this_week - timedelta(weeks=WEEKS)
    places = list(District.objects.order_by("position"))
    lived = Counter(Residence.objects.values_list("district", flat=True))
    shares = [1 + lived[row.pk] for row in places]
    counted: Counter[tuple[date, str, str, int | None, date | None, int | None]] = Counter()
    for service, day in _full_days(first, this_week + timedelta(weeks=WEEKS_AHEAD)):
        for ahead in range(1, WEEKS_AHEAD + 1):
            week = monday_of(day) - timedelta(weeks=ahead)
            if first <= week < this_week:
                for place in random.choices(places, shares, k=random.choice(LOOKS)):
                    counted[week, UnmetKind.LOOKED_FOR, "full", service, day, place.pk] += 1
    stays = list(Service.objects.filter(kind__in=STAYS).values_list("pk", flat=True))
    for number in range(WEEKS if stays else 0):
        week = first + timedelta(weeks=number)
        for code, most in REFUSED.items():
            for place in random.choices(places, shares, k=random.randint(0, most)):
                counted[week, UnmetKind.REFUSED, code, random.choice(stays), None, place.pk] += 1
        for code, most in CHECKED.items():
            counted[week, UnmetKind.CHECKED, code, None, None, None] += random.randint(0, most)
    with told_when_known(UnmetCount, WEEK_IS_OVER):
        UnmetCount.objects.bulk_create(
            UnmetCount(week=week, kind=kind, code=code, service_id=service, day=day, district_id=place, number=number)
            for (week, kind, code, service, day, place), number in counted.items()
            if number
        )


def _full_days(first: date, last: date) -> list[tuple[int, date]]:
    """Each service of a stay with each of its days that has no place left."""
    services = list(Service.objects.filter(kind__in=STAYS).order_by("pk"))
    of_pool = calendars({row.pool_id for row in services}, first, last)
    taken = BookingDay.objects.kept().filter(day__range=(first, last), pool__in=of_pool).order_by()
    rows = taken.values_list("pool", "day").annotate(count=Count("pk"))
    full = {(pool, day) for pool, day, count in rows if count >= slots_on(day, of_pool[pool]).slots}
    return sorted((row.pk, day) for row in services for pool, day in full if pool == row.pool_id)
