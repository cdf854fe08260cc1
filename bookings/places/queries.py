"""Places as they stand: availability, a family's bookings, a facility's day. Each in a fixed number of queries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from django.conf import settings
from django.db.models import F, Max, Min, Prefetch, Q, QuerySet

from accounts.models import User
from bookings.models import LIMIT_GROUP_OF_KIND, Booking, BookingDay, BookingState, DayStatus
from enrollment.models import Family, Registration
from facilities.models import Facility, ServiceKind
from sankecare.db import Question, Rows, run_batch

from .limits import BookedDay, CountedAs

# Days of short stay and day care are family-days; visits and consultations are counted by themselves, one by one.
# Every month, year, claim and report counts so (docs/domain.md, "Words").
STAYS = (ServiceKind.SHORT_STAY, ServiceKind.DAY_CARE)
VISITS = (ServiceKind.OUTREACH, ServiceKind.ONLINE_CONSULTATION)
CHANGEABLE = (BookingState.BOOKED, BookingState.ARRIVED)
KEPT_DAY = ~Q(days__status=DayStatus.RELEASED)


class Mark(StrEnum):
    """What the public sees of a day: never an exact count of few places."""

    OPEN = "○"
    FEW = "△"
    FULL = "×"
    BY_LOT = "☆"
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


# What came free while families wait is nobody's until it has been passed on (bookings/waiting/passing_on.py).
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


def ask_places(pools: Iterable[int], days: Sequence[date]) -> Question:
    """What ``places_from`` reads."""
    return PLACES_ON_DAYS, [list(pools), list(days)]


def places_from(rows: Rows) -> dict[int, list[DayPlaces]]:
    """Return the places of each pool on each day, in order."""
    found: dict[int, list[DayPlaces]] = {}
    for pool, *row in rows:
        found.setdefault(pool, []).append(DayPlaces(*row))
    return found


def places_on(pool: int, days: Sequence[date]) -> list[DayPlaces]:
    """Return the pool's places on each day, in order. One query."""
    return places_from(run_batch(ask_places([pool], days))[0]).get(pool, [])


def sibling_rooms_on(pool: int, days: Sequence[date]) -> dict[date, int | None]:
    """Return how many rooms take a sibling on each day; None = any does. One query."""
    asked = "SELECT day, facilities_sibling_rooms_on(%s, day) FROM unnest(%s::date[]) AS asked(day)"
    return dict(run_batch((asked, [pool, list(days)]))[0])


def sibling_rooms_left(pool: int, places: Sequence[DayPlaces]) -> dict[date, int | None]:
    """Return how many rooms that take a sibling are left on each of the pool's days; None = any does. One query.

    Below 0 where more siblings come than rooms were left by a cut.
    """
    rooms = sibling_rooms_on(pool, [row.day for row in places])
    return {row.day: None if (room := rooms[row.day]) is None else room - row.with_sibling for row in places}


DAYS_OF_FAMILY = """
    SELECT held.day, service.kind, registration.birth_id
      FROM bookings_bookingday held
      JOIN bookings_booking booking ON booking.id = held.booking_id
      JOIN facilities_service service ON service.id = booking.service_id
      JOIN enrollment_registration registration ON registration.id = booking.registration_id
     WHERE held.family_id = %s AND held.status <> 'released' AND NOT held.booking_id = ANY(%s)
     ORDER BY held.day
"""
USE_OF_FACILITY = """
    SELECT 1 FROM bookings_bookingday used JOIN facilities_placepool pool ON pool.id = used.pool_id
     WHERE used.family_id = %s AND used.status = 'used' AND pool.facility_id = %s LIMIT 1
"""


def ask_days_of_family(family: int, without: Iterable[int]) -> Question:
    """What ``days_of_family_from`` reads: every day that the family holds or used, but those of bookings."""
    return DAYS_OF_FAMILY, [family, list(without)]


def days_of_family_from(rows: Rows, registration: Registration) -> list[BookedDay]:
    """Return the family's days as the limits take them."""
    return [
        BookedDay(day, CountedAs(LIMIT_GROUP_OF_KIND[ServiceKind(kind)]), same_birth=birth == registration.birth_id)
        for day, kind, birth in rows
    ]


def ask_use_of(family: int, facility: int) -> Question:
    """One row where the family has used any service of the facility."""
    return USE_OF_FACILITY, [family, facility]


DAYS_HELD = "SELECT day FROM bookings_bookingday WHERE booking_id = %s AND status = 'held' ORDER BY day"
DAYS_OF_BOOKING = "SELECT day, status, with_sibling FROM bookings_bookingday WHERE booking_id = %s ORDER BY day, id"


def ask_days_held(booking: Booking) -> Question:
    """One row a day of the booking that holds a place and is not used yet, in order."""
    return DAYS_HELD, [booking.pk]


def days_held(booking: Booking) -> list[date]:
    """Return the days of the booking that hold a place and are not used yet, in order. One query."""
    return [day for (day,) in run_batch(ask_days_held(booking))[0]]


def ask_days_of_booking(booking: Booking) -> Question:
    """What ``days_from`` reads."""
    return DAYS_OF_BOOKING, [booking.pk]


def days_from(rows: Rows) -> list[BookingDay]:
    """Return days to be shown, in order; they are not to be saved."""
    return sorted(
        (BookingDay(day=day, status=status, with_sibling=sibling) for day, status, sibling in rows),
        key=lambda row: row.day,
    )


def has_used_facility(family: Family, facility: Facility) -> bool:
    """Tell whether the family has used any service of the facility."""
    return bool(run_batch(ask_use_of(family.pk, facility.pk))[0])


def bookings_with_days() -> QuerySet[Booking]:
    """Return bookings with what a list shows of them: family, service, first and last day that counts."""
    return (
        Booking.objects.select_related("registration__birth__family", "service__facility", "sibling")
        .prefetch_related(Prefetch("days", BookingDay.objects.order_by("day").select_related("visit_record")))
        .annotate(
            first_day=Min("days__day", filter=KEPT_DAY),
            last_day=Max("days__day", filter=KEPT_DAY),
        )
        .order_by("-booked_at", "-pk")
    )


def bookings_of(person: User) -> QuerySet[Booking]:
    """Return the bookings of the mother's own family, newest first."""
    return bookings_with_days().filter(registration__birth__family__account=person)


def booked_together(booking: Booking) -> list[Booking]:
    """Return the other bookings of days that were booked together with these and lie apart. Two queries."""
    whole = booking.part_of_id or booking.pk
    together = Booking.objects.filter(Q(pk=whole) | Q(part_of=whole)).exclude(pk=booking.pk)
    return list(together.prefetch_related("days").order_by("pk"))


def coming_bookings(facility: Facility, after: date, until: date) -> QuerySet[Booking]:
    """Return what is booked at the facility from the day after to the last one, by its next day. Two queries."""
    return (
        bookings_with_days()
        .filter(service__facility=facility, state=BookingState.BOOKED)
        .annotate(next_day=Min("days__day", filter=KEPT_DAY & Q(days__day__gt=after)))
        .filter(Q(("next_day__lte", until)))  # the annotation, which types do not see
        .prefetch_related("options")
        .order_by(F("next_day"), "service__position", "pk")
    )


@dataclass(frozen=True)
class FacilityDay:
    """A facility's day: who is to arrive, who is in house, who is to leave, and who left today.

    By the days that each holds, not by the first and the last: who comes on the 5th and the 7th is nobody's on the
    6th. ``away``: in the middle of a stay, but not here on this day; ``not_left``: the last day of the stay is over,
    and nobody has recorded the departure.
    ``visits``: visits at home and online consultations of the day or not recorded yet, by the time agreed; nobody
    arrives for them, and those that ended today stay among them.
    ``late``: booked for an earlier day, neither arrived nor recorded as absent.
    """

    arrivals: list[Booking]
    late: list[Booking]
    in_house: list[Booking]
    departures: list[Booking]
    visits: list[Booking]
    departed: list[Booking]
    away: list[Booking] = field(default_factory=list)
    not_left: list[Booking] = field(default_factory=list)

    @property
    def bookings(self) -> list[Booking]:
        """All that are on the day's page."""
        return [
            *self.arrivals,
            *self.late,
            *self.in_house,
            *self.departures,
            *self.visits,
            *self.departed,
            *self.away,
            *self.not_left,
        ]


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
    staying = [row for row in arrived if _last_day(row) > today]
    visits = [row for row in running if row.service.kind in VISITS]
    return FacilityDay(
        arrivals=[row for row in booked if _has(row, today)],
        late=[row for row in [*booked, *visits] if row.state == BookingState.BOOKED and not _has(row, today)],
        in_house=[row for row in staying if _has(row, today)],
        away=[row for row in staying if not _has(row, today)],
        departures=[row for row in arrived if _last_day(row) == today],
        not_left=[row for row in arrived if _last_day(row) < today],
        visits=sorted((row for row in visits if _on_the_board(row, today)), key=lambda row: _agreed(row, today)),
        departed=[row for row in stays if row.state == BookingState.DEPARTED],
    )


def meals_on(shown: FacilityDay, day: date, is_noted: Callable[[Booking], bool]) -> tuple[int, int]:
    """Return how many eat in house on the day, mothers and siblings, and in how many families the kitchen has to ask.

    ``is_noted``: whether something is known of what a family may not eat. Which meals a day of arriving or leaving has
    is not published, so none is counted apart.
    """
    there = [*shown.arrivals, *shown.in_house, *shown.departures]
    siblings = sum(row.day == day and row.with_sibling for booking in there for row in booking.days.all())
    return len(there) + siblings, sum(is_noted(booking) for booking in there)


def food_noted(booking: Booking) -> str:
    """Return what is noted of allergies and food: at check-in, before it what the family said when booking."""
    check_in = getattr(getattr(booking, "stay", None), "check_in", None)
    return (check_in.food if check_in else "") or booking.food


def due_visit(booking: Booking, today: date) -> BookingDay | None:
    """Return the first visit up to today that is not recorded. No query after ``bookings_with_days``."""
    if booking.service.kind not in VISITS:
        return None
    days = (row for row in booking.days.all() if row.is_kept and row.day <= today)
    return next((row for row in days if getattr(row, "visit_record", None) is None), None)


def _on_the_board(visit: Booking, today: date) -> bool:
    """Whether a visit is today, is still to be recorded, or ended today; one that was missed stands among the late."""
    has_today = _has(visit, today)
    if visit.state == BookingState.BOOKED and not has_today:
        return False
    return has_today or due_visit(visit, today) is not None


def _agreed(visit: Booking, today: date) -> time:
    return next((row.starts_at for row in visit.days.all() if row.day == today and row.starts_at), time.max)


def _has(booking: Booking, day: date) -> bool:
    """Whether the booking has this very day. No query after ``bookings_with_days``."""
    return any(row.day == day and row.is_kept for row in booking.days.all())


def _last_day(booking: Booking) -> date:
    return booking.last_day  # type: ignore[attr-defined, no-any-return]  # annotated by bookings_with_days
