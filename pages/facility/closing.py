"""What a facility's page of a stay may still offer: everything, corrections with a reason, or nothing."""

from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, BookingState
from bookings.stays.words import word
from care.observations import Openness
from care.record_queries import openness_of
from sankecare.forms import MomentField, this_minute


def openness_or_404(booking: Booking) -> Openness:
    """Return what can still be written of a stay. Raises Http404 where it ended too long ago: nothing is there."""
    state = openness_of(booking, timezone.localdate())
    if state == Openness.CLOSED:
        raise Http404
    return state


def ask_when(form: forms.Form, booking: Booking) -> None:
    """Ask when the family came, where its arrival is still to be recorded: now, unless it was before midnight."""
    if booking.state != BookingState.BOOKED:
        return
    today = timezone.localdate()
    before = [day for day in booking.days_kept if day < today]
    words: Any = _("Past midnight, enter the evening before: the days that are used go by this time.")
    if before:
        missed = _("It was expected from %(day)s on. Days before its arrival count as not come.")
        words = missed % {"day": date_format(before[0])}
    form.fields["happened_at"] = MomentField(
        label=word("came_at", booking),
        help_text=words,
        required=today not in booking.days_kept,
        initial=this_minute() if today in booking.days_kept else None,
    )
    form.order_fields(["happened_at"])


def ask_why(form: forms.Form, state: Openness) -> None:
    """Ask for the reason where only corrections remain; before, the form has no such field."""
    if state == Openness.CORRECTIONS:
        form.fields["corrected_because"] = forms.CharField(
            label=_("Why it is corrected"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
        )
