"""Places as they stand: availability, a family's bookings, a facility's day. Each in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from enrollment.models import Family, Registration
from facilities.calendar import days_between
from facilities.models import Facility, Service, ServiceKind
from facilities.queries import offered_on

from .limits import BookedDay, CountedAs, Limits
from .models import (
    LIMIT_GROUP_OF_KIND,
    Booking,
    BookingDay,
    BookingState,
    CareRecord,
    DayStatus,
    DrawRound,
)

VISITS = (ServiceKind.OUTREACH, ServiceKind.ONLINE_CONSULTATION)
COUNTING = ~Q(status=DayStatus.RELEASED)
COUNTING_DAY = ~Q(days__status=DayStatus.RELEASED)


class Mark(StrEnum):
    """What the public sees of a day: never an exact count of few places."""

    OPEN = "○"
    FEW = "△"
    FULL = "×"
    CLOSED = "-"


@dataclass(frozen=True)
class DayPlaces:
    """A pool's day: slots in force, family-days booked, and those with a sibling."""

    day: date
    slots: int
    booked: int
    with_sibling: int = 0

    @property
    def free(self) -> int:
        return max(self.slots - self.booked, 0)

    @property
    def mark(self) -> Mark:
        """○ above ``FEW_PLACES`` free places, △ up to it, × none, - closed (setting; own default 2)."""
        if self.slots == 0:
            return Mark.CLOSED
        if self.free == 0:
            return Mark.FULL
        return Mark.FEW if self.free <= settings.FEW_PLACES else Mark.OPEN


# What came free while families wait is nobody's until it has been passed on (waiting_list.py).
PLACES_ON_DAYS = """
    SELECT pool.id, asked.day, facilities_slots_on(pool.id, asked.day),
           count(taken.id) + (SELECT count(*) FROM bookings_freedplace freed
                               WHERE freed.pool_id = pool.id AND freed.day = asked.day AND freed.passed_on_at IS NULL),
           count(taken.id) FILTER (WHERE taken.with_sibling)
      FROM unnest(%s::bigint[]) AS pool(id) CROSS JOIN unnest(%s::date[]) AS asked(day)
      LEFT JOIN bookings_bookingday taken
        ON taken.pool_id = pool.id AND taken.day = asked.day AND taken.status <> 'released'
     GROUP BY pool.id, asked.day ORDER BY pool.id, asked.day
"""


def places_in(pools: Iterable[int], days: Sequence[date]) -> dict[int, list[DayPlaces]]:
    """Return the places of each pool on each day, in order. One query, however many pools."""
    found: dict[int, list[DayPlaces]] = {pool: [] for pool in pools}
    with connection.cursor() as cursor:
        cursor.execute(PLACES_ON_DAYS, [list(found), list(days)])
        for pool, *row in cursor.fetchall():
            found[pool].append(DayPlaces(*row))
    return found


def places_on(pool: int, days: Sequence[date]) -> list[DayPlaces]:
    """Return the pool's places on each day, in order. One query."""
    return places_in([pool], days)[pool]


def availability_of(services: Sequence[Service], first: date, last: date) -> dict[int, list[DayPlaces]]:
    """Return the days of each service from first to last, both included; closed where not offered. One query."""
    places = places_in({service.pool_id for service in services}, days_between(first, last))
    return {
        service.pk: [
            row if offered_on(service, row.day) else DayPlaces(row.day, 0, 0) for row in places[service.pool_id]
        ]
        for service in services
    }


def availability(service: Service, first: date, last: date) -> list[DayPlaces]:
    """Return the service's days from first to last, both included; closed where it is not offered. One query."""
    return availability_of([service], first, last)[service.pk]


def days_to_be_drawn(services: Iterable[Service], first: date, last: date) -> dict[int, dict[date, datetime]]:
    """Return, of each service, the days whose draw is still to come, with the draw's moment. One query."""
    rounds = DrawRound.objects.filter(
        service__in=list(services),
        drawn_at__isnull=True,
        called_off_at__isnull=True,
        period__overlap=(first, last + timedelta(days=1)),
    )
    found: dict[int, dict[date, datetime]] = {}
    for row in rounds:
        drawn = days_between(max(first, row.period.lower), min(last, row.period.upper - timedelta(days=1)))
        found.setdefault(row.service_id, {}).update(dict.fromkeys(drawn, row.draw_at))
    return found


LIMITS_ON = """
    SELECT limits.days_per_birth, limits.consecutive_days, policy.closes_days_before
      FROM (SELECT %s::date AS day) AS asked
      LEFT JOIN bookings_usagelimits limits ON limits."group" = %s AND limits.period @> asked.day
      LEFT JOIN bookings_allocationpolicy policy ON policy.service_id = %s AND policy.period @> asked.day
"""


def limits_for(service: Service, day: date) -> Limits:
    """Return the limits in force on the day for the service; without a row there is none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LIMITS_ON, [day, LIMIT_GROUP_OF_KIND[ServiceKind(service.kind)], service.pk])
        return Limits(*cursor.fetchone())


def days_of_family(registration: Registration, *, without: Booking | None = None) -> list[BookedDay]:
    """Return every day that the family holds or used, as the limits take them. One query."""
    rows = BookingDay.objects.filter(COUNTING, family=registration.birth.family_id)
    if without is not None:
        rows = rows.exclude(booking=without)
    return [
        BookedDay(day, CountedAs(LIMIT_GROUP_OF_KIND[ServiceKind(kind)]), same_birth=birth == registration.birth_id)
        for day, kind, birth in rows.values_list("day", "booking__service__kind", "booking__registration__birth")
    ]


def has_used_facility(family: Family, facility: Facility) -> bool:
    """Tell whether the family has used any service of the facility."""
    return BookingDay.objects.filter(family=family, status=DayStatus.USED, pool__facility=facility).exists()


def bookings_with_days() -> QuerySet[Booking]:
    """Return bookings with what a list shows of them: family, service, first and last day that counts."""
    return (
        Booking.objects.select_related("registration__birth__family", "service__facility", "sibling")
        .prefetch_related(Prefetch("days", BookingDay.objects.order_by("day")))
        .annotate(
            first_day=Min("days__day", filter=COUNTING_DAY),
            last_day=Max("days__day", filter=COUNTING_DAY),
        )
        .order_by("-booked_at", "-pk")
    )


def bookings_of(person: User) -> QuerySet[Booking]:
    """Return the bookings of the mother's own family, newest first."""
    return bookings_with_days().filter(registration__birth__family__account=person)


def coming_bookings(facility: Facility, after: date, until: date) -> QuerySet[Booking]:
    """Return what is booked at the facility from the day after to the last one, by its first day. Two queries."""
    return (
        bookings_with_days()
        .filter(service__facility=facility, state=BookingState.BOOKED)
        .filter(Q(("first_day__gt", after)))  # the annotation, which types do not see
        .filter(Q(("first_day__lte", until)))
        .prefetch_related("options")
        .order_by(F("first_day"), "service__position", "pk")
    )


@dataclass(frozen=True)
class FacilityDay:
    """A facility's day: who is to arrive, who is in house, who is to leave, and who left today.

    ``visits``: visits at home and online consultations of the day, begun or not; nobody arrives for them.
    ``late``: booked for an earlier day, neither arrived nor recorded as absent.
    """

    arrivals: list[Booking]
    late: list[Booking]
    in_house: list[Booking]
    departures: list[Booking]
    visits: list[Booking]
    departed: list[Booking]

    @property
    def bookings(self) -> list[Booking]:
        """All that are on the day's page."""
        return [*self.arrivals, *self.late, *self.in_house, *self.departures, *self.visits, *self.departed]


def facility_day(facility: Facility, today: date) -> FacilityDay:
    """Return the facility's day, each list by family. A fixed number of queries."""
    running = list(
        bookings_with_days()
        .filter(service__facility=facility)
        .filter(
            Q(state__in=(BookingState.BOOKED, BookingState.ARRIVED))
            | Q(state=BookingState.DEPARTED, stay__departed_at__date=today)
        )
        .filter(Q(("first_day__lte", today)))  # the annotation, which types do not see
        .select_related("stay__check_in", "charge")
        .prefetch_related("options", "registration__birth__infants")
        .order_by("registration__birth__family__mother_name_kana", "pk")
    )
    stays = [row for row in running if row.service.kind not in VISITS]
    booked = [row for row in stays if row.state == BookingState.BOOKED]
    arrived = [row for row in stays if row.state == BookingState.ARRIVED]
    visits = [row for row in running if row.service.kind in VISITS and row.state != BookingState.DEPARTED]
    return FacilityDay(
        arrivals=[row for row in booked if _covers(row, today)],
        late=[row for row in [*booked, *visits] if row.state == BookingState.BOOKED and not _covers(row, today)],
        in_house=[row for row in arrived if _last_day(row) > today],
        departures=[row for row in arrived if _last_day(row) <= today],
        visits=[row for row in visits if row.state == BookingState.ARRIVED or _covers(row, today)],
        departed=[row for row in running if row.state == BookingState.DEPARTED],
    )


def _covers(booking: Booking, day: date) -> bool:
    return _last_day(booking) >= day


def _last_day(booking: Booking) -> date:
    return booking.last_day  # type: ignore[attr-defined, no-any-return]  # annotated by bookings_with_days


def days_without_record(bookings: Iterable[Booking], until: date) -> dict[int, list[date]]:
    """Return, by booking, the days used before ``until`` without a care record; visits need none. One query."""
    rows = (
        BookingDay.objects.filter(booking__in=list(bookings), status=DayStatus.USED, day__lt=until)
        .exclude(booking__service__kind__in=VISITS)
        .exclude(Exists(CareRecord.objects.filter(stay__booking=OuterRef("booking"), day=OuterRef("day"))))
        .order_by("day")
        .values_list("booking", "day")
    )
    found: dict[int, list[date]] = {}
    for booking, day in rows:
        found.setdefault(booking, []).append(day)
    return found
