"""What a facility's page of a stay may still offer: everything, corrections with a reason, or nothing."""

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from care.observations import Openness
from care.record_queries import openness_of


def openness_or_404(booking: Booking) -> Openness:
    """Return what can still be written of a stay. Raises Http404 where it ended too long ago: nothing is there."""
    state = openness_of(booking, timezone.localdate())
    if state == Openness.CLOSED:
        raise Http404
    return state


def ask_why(form: forms.Form, state: Openness) -> None:
    """Ask for the reason where only corrections remain; before, the form has no such field."""
    if state == Openness.CORRECTIONS:
        form.fields["corrected_because"] = forms.CharField(
            label=_("Why it is corrected"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
        )
