"""What of a booking stands in her calendar: events with lasting ids, place and time. A fixed number of queries.

The same for the mail, the page and the feed: one UID for each. A booking's events are counted through; those that it
has no longer are struck out, as far as they were ever handed out (``Booking.calendar_events``).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.messages.language import language_of
from accounts.models import User
from bookings.models import Booking, BookingDay, BookingState, PlaceInCalendar
from bookings.models.places import number_of
from enrollment.models import Family, Protection
from facilities.models import FacilityAddress, ServiceTermsRow
from sankecare.consecutive_days import consecutive_days
from sankecare.mails import link_to, mail_address, mail_host
from sankecare.periods import in_force_on

from .calendar_file import CalendarEvent, calendar_file
from .parts import calendar_sequence
from .queries import VISITS

SUMMARY = _("Appointment (details on your page)")
IN_CALENDAR = (BookingState.BOOKED, BookingState.ARRIVED, BookingState.DEPARTED)


def events_of(bookings: Sequence[Booking], *, with_place: bool) -> list[CalendarEvent]:
    """Return the events of bookings (``bookings_with_days``), those struck out among them. Two queries.

    ``with_place``: whether addresses stand there; not for a family whose whereabouts are protected.
    """
    services = {booking.service_id for booking in bookings}
    terms = list(ServiceTermsRow.objects.filter(service__in=services))
    facilities = {booking.service.facility_id for booking in bookings}
    addresses = list(FacilityAddress.objects.filter(facility__in=facilities)) if with_place else []
    return [event for booking in bookings for event in _events(booking, terms, addresses)]


def as_file(
    bookings: Sequence[Booking], *, with_place: bool, at: datetime, reader: User | None = None
) -> tuple[bytes, list[CalendarEvent]]:
    """Return the calendar file of bookings in the ``reader``'s language (else the ward's), and its events."""
    events = events_of(bookings, with_place=with_place)
    with translation.override(language_of(reader)):
        summary = gettext(SUMMARY)
    return calendar_file(events, summary=summary, organizer=mail_address(), host=mail_host(), at=at), events


def shows_place(family: Family) -> bool:
    """Tell whether the addresses of houses stand in the family's calendar: only where it chose so, and never of a
    family under protection. One query.
    """
    chosen = PlaceInCalendar.objects.filter(account__family=family)
    return chosen.exclude(account__family__in=Protection.in_force.values("family")).exists()


def note_handed_out(booking: Booking, events: Sequence[CalendarEvent]) -> None:
    """Remember how many events of the booking anybody has: so many are struck out when they are gone."""
    with transaction.atomic():
        Booking.objects.filter(pk=booking.pk, calendar_events__lt=len(events)).update(calendar_events=len(events))


def _events(
    booking: Booking, terms: Sequence[ServiceTermsRow], addresses: Sequence[FacilityAddress]
) -> list[CalendarEvent]:
    rows = list(booking.days.all())
    live = [row for row in rows if row.is_kept] if booking.state in IN_CALENDAR else []
    now = _groups(booking, live)
    gone = _groups(booking, _given_up_last(rows)) or now
    sequence = calendar_sequence(booking, rows)
    made = [_event(booking, number, group, sequence, terms, addresses) for number, group in enumerate(now, start=1)]
    made += [
        _struck_out(booking, number, gone[min(number, len(gone)) - 1], sequence)
        for number in range(len(now) + 1, booking.calendar_events + 1)
    ]
    return made


def _groups(booking: Booking, rows: Sequence[BookingDay]) -> list[list[BookingDay]]:
    """Days on end are one event; each visit is one of its own."""
    by_day = {row.day: row for row in sorted(rows, key=lambda row: row.day)}
    if booking.service.kind in VISITS:
        return [[row] for row in by_day.values()]
    return [[by_day[day] for day in run] for run in consecutive_days(list(by_day))]


def _given_up_last(rows: Sequence[BookingDay]) -> list[BookingDay]:
    released = [row for row in rows if row.released_at is not None]
    last = max((row.released_at for row in released if row.released_at), default=None)
    return [row for row in released if row.released_at == last]


def _event(  # noqa: PLR0917 - what an event is made of
    booking: Booking,
    number: int,
    group: Sequence[BookingDay],
    sequence: int,
    terms: Sequence[ServiceTermsRow],
    addresses: Sequence[FacilityAddress],
) -> CalendarEvent:
    first, last = group[0].day, group[-1].day
    of_service = [row for row in terms if row.service_id == booking.service_id]
    starts, ends = _times(booking, group, in_force_on(of_service, first), in_force_on(of_service, last))
    place = None
    if booking.service.kind not in VISITS:
        place = in_force_on([row for row in addresses if row.facility_id == booking.service.facility_id], first)
    return CalendarEvent(
        uid_of(booking, number),
        sequence,
        first,
        last,
        starts,
        ends,
        place.address if place else "",
        link_to(reverse("family:booking", args=[booking.pk])),
    )


def _struck_out(booking: Booking, number: int, group: Sequence[BookingDay], sequence: int) -> CalendarEvent:
    return CalendarEvent(uid_of(booking, number), sequence, group[0].day, group[-1].day, cancelled=True)


def uid_of(booking: Booking, number: int) -> str:
    """Return the lasting id of the booking's event of this number, from 1; a part keeps the ids of the whole."""
    of_all = booking.calendar_from + number
    return f"{number_of(booking.part_of_id or booking.pk).lower()}{'' if of_all == 1 else f'-{of_all}'}@{mail_host()}"


def _times(
    booking: Booking, group: Sequence[BookingDay], first: ServiceTermsRow | None, last: ServiceTermsRow | None
) -> tuple[datetime | None, datetime | None]:
    """When it begins and ends: of a visit the time agreed (none yet: the whole day), of a stay as the terms say."""
    if booking.service.kind in VISITS:
        agreed = group[0].starts_at
        if agreed is None:
            return None, None
        starts = _moment(group[0].day, agreed)
        minutes = first.visit_minutes if first else None
        return starts, starts + timedelta(minutes=minutes) if minutes else None
    if first is None or last is None or first.starts_at is None or last.ends_at is None:
        return None, None
    return _moment(group[0].day, first.starts_at), _moment(group[-1].day, last.ends_at)


def _moment(day: date, clock: object) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))  # type: ignore[arg-type]
