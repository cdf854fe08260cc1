"""きのう・あした: the families of a house on a day that is not today, by the days that they hold or used."""

from datetime import date

from django.db.models import Q

from bookings.models import Booking, BookingDay, BookingState
from bookings.places.queries import VISITS, FacilityDay, bookings_with_days
from facilities.models import Facility

NOT_THERE = (BookingState.OFFERED, BookingState.CANCELLED, BookingState.NO_SHOW)


def house_on(facility: Facility, day: date) -> FacilityDay:
    """Return who was, or will be, there on the day, each list by family. A fixed number of queries.

    ``arrivals``: whose first day it is, or who is still to arrive; ``departures``: whose last day it is.
    """
    there = BookingDay.objects.kept().filter(pool__facility=facility, day=day).values("booking")
    found = list(
        bookings_with_days()
        .filter(pk__in=there)
        .exclude(state__in=NOT_THERE)
        .select_related("stay__check_in", "charge")
        .prefetch_related("options", "registration__birth__infants")
        .order_by("registration__birth__family__mother_name_kana", "pk")
    )
    stays = [row for row in found if row.service.kind not in VISITS]
    arrivals = [row for row in stays if row.state == BookingState.BOOKED or row.days_kept[0] == day]
    staying = [row for row in stays if row not in arrivals]
    return FacilityDay(
        arrivals=arrivals,
        late=[],
        in_house=[row for row in staying if row.days_kept[-1] != day],
        departures=[row for row in staying if row.days_kept[-1] == day],
        visits=[row for row in found if row.service.kind in VISITS],
        departed=[],
    )


def current_bookings(facility: Facility, today: date) -> list[Booking]:
    """Return the bookings that the board of today is about, without their families, for its pulse.

    A fixed number of queries.
    """
    running = BookingDay.objects.kept().filter(pool__facility=facility, day__lte=today)
    bookings = Booking.objects.filter(service__facility=facility)
    still = Q(state__in=(BookingState.BOOKED, BookingState.ARRIVED), pk__in=running.values("booking"))
    found = bookings.filter(still | Q(state=BookingState.DEPARTED, stay__departed_at__date=today))
    found = found.select_related("service", "registration__birth", "stay")
    return list(found.prefetch_related("days", "options", "registration__birth__infants").order_by("pk"))
