"""送迎: a ride that the ward bears, recorded on the page of the stay, and taken back."""

from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from billing.models import Ride, RideDirection
from billing.queries import transport_policy
from billing.rides import MOST_FARE, day_of_ride, record_ride, take_back_ride
from bookings.places.queries import bookings_with_days
from pages.once_form import posted
from sankecare.forms import OperationForm

from .care_views import record_page
from .closing import openness_or_404
from .family_badges import show_badges


class RideForm(OperationForm):
    """Which way, and what it cost."""

    direction = forms.TypedChoiceField(
        label=gettext_lazy("Which way"),
        choices=RideDirection.choices,
        coerce=RideDirection,
        widget=forms.RadioSelect,
    )
    fare = forms.IntegerField(label=gettext_lazy("Fare, yen"), min_value=1, max_value=MOST_FARE)


class TakeBackForm(OperationForm):
    """Why a ride that was recorded is none."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("For example: the fare was misread."), max_length=200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ride(request: HttpRequest, pk: int) -> HttpResponse:
    """A ride to or from the stay."""
    booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days().select_related("stay"), pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    form = RideForm(posted(request), initial={"direction": RideDirection.TO})
    if hasattr(booking, "stay"):
        policy = transport_policy(booking, day_of_ride(booking, RideDirection.TO, timezone.localdate()))
        form.fields["fare"].help_text = policy.conditions if policy else ""

    operation, done = partial(record_ride, booking=booking), _("The ride is recorded.")
    return record_page(request, booking, form, operation, title=_("Ride borne by the ward"), done=done)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A ride that was an error."""
    taken = shown_or_404(request, Action.RIDE_RECORD, Ride.objects.select_related("booking"), pk=pk)
    form = TakeBackForm(posted(request))

    title = _("Take back ride %(number)s (%(fare)s yen)") % {"number": taken.number, "fare": f"{taken.fare:,}"}
    operation = partial(take_back_ride, ride=taken)
    return record_page(request, taken.booking, form, operation, title=title, done=_("The ride is taken back."))
