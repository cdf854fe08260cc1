"""A made-up history on awkward calendars: facilities suspended, moved and opened in the middle, families that move."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from bookings.models import Booking, BookingDay, BookingState, DayStatus
from enrollment.models import Family, Residence
from facilities.calendar import PoolCalendar, slots_on
from facilities.models import (
    Capacity,
    Closure,
    DayOverride,
    FacilityAddress,
    PlacePool,
    PublicHoliday,
    Service,
    ServiceKind,
    WeeklyPattern,
)
from facilities.queries import calendars
from reports.models import BirthsOfYear
from tests import builders

DAY = timedelta(days=1)
FIRST, LAST = date(2019, 4, 1), date(2022, 3, 31)  # 29 February 2020 is in it
SUSPENDED = (date(2020, 4, 17), date(2020, 6, 1))
MOVING = (date(2020, 9, 19), date(2020, 10, 5))
OPENED = date(2020, 1, 15)
DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")


def make_history(seed: int, families: int = 60) -> None:
    """Write three facilities, and families who used them on days that they were open."""
    random = Random(seed)
    for slug in DISTRICTS:
        builders.district(slug)
    services = [*_moved(), _suspended(), _opened_in_the_middle()]
    of_pool = calendars({service.pool_id for service in services}, FIRST, LAST + 60 * DAY)
    for _number in range(families):
        _family(random, services, of_pool)
    BirthsOfYear.objects.bulk_create(BirthsOfYear(year=year, births=6000 + year) for year in (2019, 2021))


def _moved() -> tuple[Service, Service]:
    """The house with both kinds: other rooms after its move, and closed while it moved."""
    rooms = builders.pool(25)
    place = rooms.facility
    FacilityAddress.objects.create(facility=place, address="前の場所", period=(builders.LONG_AGO, MOVING[0]))
    FacilityAddress.objects.create(facility=place, address="次の場所", period=(MOVING[0], None))
    Closure.objects.create(pool=rooms, period=MOVING, reason="移転")
    Closure.objects.create(
        pool=rooms, period=(date(2016, 2, 28), date(2016, 3, 2)), reason="点検", repeats_yearly=True
    )
    DayOverride.objects.create(pool=rooms, day=date(2021, 5, 5), slots=4, reason="断水", inferred=True)
    return builders.service(ServiceKind.SHORT_STAY, rooms), builders.service(ServiceKind.DAY_CARE, rooms)


def _suspended() -> Service:
    """Four days a week, not on holidays, suspended for a while."""
    pool = PlacePool.objects.create(facility=builders.facility("mamas-room", "ママズルーム"), slug="m", name="m")
    WeeklyPattern.objects.create(
        pool=pool, period=(builders.LONG_AGO, None), weekdays=[0, 1, 3, 4], keeps_public_holidays=True
    )
    for slots, *period in ((19, builders.LONG_AGO, SUSPENDED[0]), (0, *SUSPENDED), (18, SUSPENDED[1], None)):
        Capacity.objects.create(pool=pool, period=tuple(period), slots=slots)
    PublicHoliday.objects.bulk_create(
        PublicHoliday(day=date(year, 5, day), name="祝日") for year in (2019, 2020, 2021) for day in (3, 4)
    )
    return builders.service(ServiceKind.DAY_CARE, pool)


def _opened_in_the_middle() -> Service:
    pool = PlacePool.objects.create(facility=builders.facility("shiseikai", "至誠会"), slug="s", name="s")
    WeeklyPattern.objects.create(pool=pool, period=(OPENED, None), weekdays=builders.EVERY_DAY)
    Capacity.objects.create(pool=pool, period=(OPENED, None), slots=17)
    return builders.service(ServiceKind.SHORT_STAY, pool)


def _family(random: Random, services: list[Service], of_pool: Mapping[int, PoolCalendar]) -> None:
    """A family with up to four uses within some weeks, often over the turn of a month or of the year."""
    family = builders.family(district_slug=random.choice(DISTRICTS))
    begins = random.choice((date(2020, 2, 20), date(2020, 3, 25), date(2021, 3, 22), None))
    begins = begins or FIRST + random.randrange((LAST - FIRST).days - 60) * DAY
    _moves(random, family, begins)
    registration = builders.registration(family, born=begins - 20 * DAY)
    free = begins
    for _use in range(random.randint(1, 4)):
        service = random.choice(services)
        length = random.randint(1, 3)
        days = [free + more * DAY for more in range(length)]
        if any(slots_on(day, of_pool[service.pool_id]).slots == 0 for day in days):
            free += DAY
            continue
        used = random.random() < 0.9
        booking = Booking.objects.create(
            registration=registration,
            service=service,
            state=BookingState.DEPARTED if used else BookingState.CANCELLED,
            booked_at=builders.at(begins),
        )
        status = DayStatus.USED if used else DayStatus.RELEASED
        BookingDay.objects.bulk_create(BookingDay(booking=booking, day=day, status=status) for day in days)
        free = days[-1] + random.randint(1, 9) * DAY


def _moves(random: Random, family: Family, begins: date) -> None:
    """One in three moves to another district within days of its first use; of one in ten no home is known any more."""
    moved = begins + random.randint(1, 12) * DAY
    fate = random.random()
    if fate > 0.43:
        return
    home: Residence = family.residences.get()
    home.period = (home.period.lower, moved)
    home.save()
    if fate < 0.33:
        Residence.objects.create(
            family=family, period=(moved, None), district=builders.district(random.choice(DISTRICTS))
        )
