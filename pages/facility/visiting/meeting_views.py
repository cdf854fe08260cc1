"""会議のリンク: where an online consultation meets, opened from the board and typed where the ward has no pattern."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from bookings.models import Booking, BookingDay
from bookings.places.locking import lock_booking
from bookings.places.queries import bookings_with_days
from care.models import MeetingLink
from care.visiting.meetings import meeting_links, set_meeting_link
from facilities.models import ServiceKind
from pages.facility.closing import openness_or_404
from pages.facility.family_badges import show_badges
from pages.once_form import form_page, posted
from sankecare.edits.forms import EditForm, Standing


class MeetingForm(EditForm):
    """Where the consultation of one day meets."""

    link = forms.URLField(
        label=gettext_lazy("Link of the meeting"),
        help_text=gettext_lazy(
            "From the ward’s meeting system, another one for each family. It begins with https://."
        ),
        max_length=500,
        assume_scheme="https",
    )


def show_meetings(days: Iterable[BookingDay]) -> None:
    """Put on each booked day where it meets (``meeting``; "" where nobody said, or for no online consultation)."""
    rows = list(days)
    links = meeting_links(rows)
    for row in rows:
        row.meeting = links.get(row.pk, "")  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Write where the consultation of the day meets, or put it right."""
    booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days(), pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    row = next((row for row in booking.days.all() if row.is_kept and row.day.isoformat() == day), None)
    if row is None or booking.service.kind != ServiceKind.ONLINE_CONSULTATION:
        messages.error(request, _("There is no appointment on this day."))
        return redirect("operator:stay", pk)
    return form_page(
        request,
        MeetingForm(posted(request), initial={"link": meeting_links([row])[row.pk]}),
        partial(set_meeting_link, booking=booking, day=row.day),
        template="facility/record.html",
        context={"booking": booking, "title": _("Link of the meeting"), "day": row.day},
        back=reverse("operator:stay", args=[pk]),
        done=_("The link is entered; the family opens it from her page."),
        stands=partial(_stands, booking, row.day),
    )


def _stands(booking: Booking, day: date) -> Standing:
    """The link as it stands, under the booking's lock."""
    found = MeetingLink.objects.filter(booked_day__booking=lock_booking(booking), booked_day__day=day)
    typed = found.select_related("recorded_by").first()
    return Standing({"link": typed.link}, typed.recorded_by, typed.recorded_at) if typed else Standing({})
