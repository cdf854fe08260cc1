"""What a report or a correction takes away of booked days, and what comes back where it proves to have been wrong."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, GivenBack, GivenBackCause, NoticeKind
from enrollment.models import Family
from sankecare.errors import Refused
from sankecare.transactions import in_transaction

from .booking_context import load_context
from .locking import lock_booking
from .notices import tell_facility, tell_family
from .parts import part_off_what_lies_apart
from .queries import CHANGEABLE
from .refusals import db_errors_as_refusals, in_words
from .reserve import hold_days, lock_and_count, refuse_beyond_limits, refuse_ineligible


@dataclass(frozen=True)
class TouchedDays:
    """Days of a booking. ``whole``: all that it had. ``why``: why they do not come back."""

    booking: Booking
    days: Sequence[date]
    whole: bool
    why: str = ""


@dataclass
class Consequences:
    """What was given back, what came back, and what could not come back.

    ``used_away``: days that were used although the family, as is known only now, lived in the ward no more.
    """

    given_back: list[TouchedDays] = field(default_factory=list)
    brought_back: list[TouchedDays] = field(default_factory=list)
    stays_away: list[TouchedDays] = field(default_factory=list)
    used_away: list[TouchedDays] = field(default_factory=list)

    @property
    def bookings(self) -> list[Booking]:
        """The bookings cancelled or shortened."""
        return [row.booking for row in self.given_back]


def note_given_back(
    booking: Booking,
    days: Collection[date],
    *,
    was_offered: bool,
    whole: bool,
    cause: GivenBackCause,
    by: User,
    at: datetime,
) -> TouchedDays:
    """Write down that the days were given back, in the caller's transaction.

    ``was_offered``: the family had not answered yet, so that nothing was hers to come back.
    """
    if not was_offered:
        GivenBack.objects.create(
            booking=booking, days=sorted(days), whole=whole, cause=cause, given_back_at=at, given_back_by=by
        )
    return TouchedDays(booking, sorted(days), whole)


@in_transaction
def bring_back(
    *,
    family: Family,
    causes: Collection[GivenBackCause],
    by: User,
    at: datetime,
    only: Callable[[date], bool] = lambda _day: True,
) -> Consequences:
    """Bring days back that were given back for these causes, from today on, ``only`` those asked for, where free.

    Each by the same rules as when booking, but for notice and draw: they were the family's before. A booking comes
    back wholly or not at all. What is brought back is told to family and facility.
    """
    came = Consequences()
    rows = GivenBack.objects.select_for_update(of=("self",)).filter(
        booking__registration__birth__family=family, cause__in=causes, brought_back_at__isnull=True
    )
    today = timezone.localdate(at)
    for row in rows.select_related("booking").order_by("pk"):
        days = [day for day in row.days if day >= today and only(day)]
        if not days:
            continue
        booking = lock_booking(row.booking)
        try:
            with db_errors_as_refusals(), transaction.atomic():
                _come_back(booking, days, whole=row.whole, at=at)
        except Refused as refused:
            came.stays_away.append(TouchedDays(booking, days, row.whole, refused.detail))
            continue
        row.brought_back_at = at
        row.save(update_fields=["brought_back_at"])
        came.brought_back.append(TouchedDays(booking, days, row.whole))
        with translation.override(settings.LANGUAGE_CODE):
            message = _("%(days)s: booked again, because what they were taken back for was put right.")
        notice = tell_family(
            booking=booking, kind=NoticeKind.BROUGHT_BACK, message=message % {"days": in_words(days)}, by=by, at=at
        )
        tell_facility(notice=notice, at=at)
    return came


def _come_back(booking: Booking, days: list[date], *, whole: bool, at: datetime) -> None:
    if whole != (booking.state == BookingState.CANCELLED) or (not whole and booking.state not in CHANGEABLE):
        raise Refused("changed_since", _("It was changed or cancelled since."))
    held = sorted({*(row.day for row in booking.days.kept()), *days})
    known = load_context(booking.registration, booking.service, held, without=booking)
    along = {day for day in days if _came_along(booking, day)}
    refuse_ineligible(known, days, booking.sibling, sibling_days=sorted(along))
    refuse_beyond_limits(known, held, at)
    again = {day: day in along for day in days}
    lock_and_count(booking.service, again)
    if whole:
        booking.state, booking.ended_reason = BookingState.BOOKED, ""
        booking.save(update_fields=["state", "ended_reason"])
    hold_days(booking, again)
    if booking.state == BookingState.ARRIVED:
        part_off_what_lies_apart(booking)


def _came_along(booking: Booking, day: date) -> bool:
    """Whether the sibling was to come on the day when it was given back last."""
    row = booking.days.filter(day=day).order_by("released_at", "pk").last()
    return bool(booking.sibling_id and row and row.with_sibling)
