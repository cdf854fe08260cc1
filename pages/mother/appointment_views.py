"""Her appointments: when a visit or consultation is, where, what to have ready; its time chosen and changed."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from bookings.models import Booking, BookingDay, BookingState, DayStatus, VisitPreparation
from bookings.places.choosing_time import choose_time
from bookings.places.queries import VISITS, bookings_with_days
from bookings.places.times_offered import preparations_on, times_on
from care.visiting.meetings import meeting_links
from enrollment.addresses import addresses_on_days
from enrollment.confidential import Address, is_protected
from facilities.models import ServiceKind
from pages.once_form import form_page, posted
from sankecare.periods import days_in_words

from .visit_time_form import TimeForm, from_to, name_of_day


@dataclass(frozen=True)
class Appointment:
    """One visit to come, as she reads it. ``link``: where an online consultation meets, for herself alone.

    ``may_choose``: whether she can choose its time, or another one, on her page.
    """

    booked: BookingDay
    when: str
    preparations: list[VisitPreparation]
    address: Address | None
    is_online: bool
    is_protected: bool
    link: str
    may_choose: bool


def appointments_of(booking: Booking, today: date, *, may_change: bool, is_hers: bool) -> list[Appointment]:
    """Return a booking's visits and consultations from today on; none of a stay. Ten queries at most.

    ``may_change``: whether what she has can still be given back by herself. A family under protection reads no address
    here: somebody else may hold her telephone.
    """
    open_states = (BookingState.BOOKED, BookingState.ARRIVED)
    if booking.service.kind not in VISITS or booking.state not in open_states:
        return []
    rows = [row for row in booking.days.all() if row.status == DayStatus.HELD and row.day >= today]
    days = [row.day for row in rows]
    known, ready = times_on(booking.service, days), preparations_on(booking.service, days)
    links = meeting_links(rows) if is_hers else {}
    family, is_online = booking.registration.birth.family, booking.service.kind == ServiceKind.ONLINE_CONSULTATION
    addresses = {} if is_online else addresses_on_days(family, days)
    hidden = is_protected(family)
    return [
        Appointment(
            booked=row,
            when=from_to(row.starts_at, known[row.day].minutes) if row.starts_at else "",
            preparations=ready[row.day],
            address=addresses.get(row.day),
            is_online=is_online,
            is_protected=hidden,
            link=links.get(row.pk, ""),
            may_choose=bool(known[row.day].offered)
            and booking.state == BookingState.BOOKED
            and (may_change or row.starts_at is None),
        )
        for row in rows
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Choose the time of one appointment, or another one."""
    booking = shown_or_404(request, Action.BOOKING_CHANGE, bookings_with_days(), pk=pk)
    row = next((row for row in booking.days.all() if row.is_kept and row.day.isoformat() == day), None)
    if row is None or booking.service.kind not in VISITS or row.day < timezone.localdate():
        messages.error(request, _("There is no appointment on this day."))
        return redirect("family:booking", pk)
    form = TimeForm(posted(request), booking=booking, day=row.day)
    if row.starts_at and name_of_day(row.day) in form.fields:
        form.fields[name_of_day(row.day)].initial = f"{row.starts_at:%H:%M}"
    return form_page(
        request,
        form,
        partial(choose_time, booking=booking, day=row.day),
        template="mother/visit_time.html",
        context={"booking": booking, "day": row.day, "later": days_in_words(form.later, with_year=False)},
        back=reverse("family:booking", args=[pk]),
        done=_("The time on %(day)s is entered.") % {"day": date_format(row.day, "MONTH_DAY_FORMAT")},
    )
