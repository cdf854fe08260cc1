"""申し送り: the note of the house and those of its families; what stands is shown before it is written anew."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import signed_in
from bookings.models import Booking
from bookings.places.locking import lock_booking
from care.handover import earlier_notes, leave_handover_note, note_that_stands
from facilities.models import Facility
from facilities.queries import own_facility
from pages.facility.care_forms import HandoverForm
from pages.once_form import form_page, posted
from sankecare.edits.forms import Standing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def house_note(request: HttpRequest) -> HttpResponse:
    """The note of the house: what stands, by whom and when, and what stood before."""
    house = own_facility(signed_in(request))
    return form_page(
        request,
        HandoverForm(posted(request), initial=note_stands(house).values),
        partial(leave_handover_note, facility=house),
        template="facility/board/note.html",
        context={"facility": house, "stands": note_that_stands(house), "earlier": earlier_notes(house)},
        back=reverse("operator:day"),
        done=_("The note is left for the next shift."),
        stands=partial(_stands_locked, house),
    )


def note_stands(house: Facility, booking: Booking | None = None) -> Standing:
    """What stands in the note of the house or of a family, by whom and since when."""
    note = note_that_stands(house, booking)
    return Standing({"text": note.text}, note.recorded_by, note.recorded_at) if note else Standing({"text": ""})


def family_note_stands(house: Facility, booking: Booking) -> Standing:
    """The note of a family as it stands, under the booking's lock."""
    return note_stands(house, lock_booking(booking))


def _stands_locked(house: Facility) -> Standing:
    """The note of the house as it stands, under the lock that its writers take."""
    return note_stands(Facility.objects.select_for_update(no_key=True).get(pk=house.pk))
