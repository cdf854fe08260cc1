"""The rooms of the house: one touch leads a family into a room, or moves it to another one."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from bookings.places.queries import bookings_with_days
from bookings.stays.room_queries import rooms_now
from bookings.stays.rooms import exchange_rooms, give_room
from pages.facility.closing import openness_or_404
from pages.facility.family_badges import show_badges
from pages.once_form import form_page, posted

from .room_forms import RoomForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Every room with who is in it; a touch leads the family into a free one, or exchanges it with another family."""
    booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days(), pk=pk)
    openness_or_404(booking)
    today = timezone.localdate()
    rooms = [row for row in rooms_now(booking.service.facility, today) if row.room.pool_id == booking.service.pool_id]
    note_shown(request, [row.booking for row in rooms if row.booking])
    show_badges([booking], today)
    along = any(row.is_kept and row.with_sibling and row.day >= today for row in booking.days.all())
    form = RoomForm(posted(request), pool=booking.service.pool_id)
    return form_page(
        request,
        form,
        partial(exchange_rooms if form.exchanges else give_room, booking=booking),
        template="facility/board/room.html",
        context={
            "booking": booking,
            "rooms": rooms,
            "along": along,
            "has_room": any(row.booking and row.booking.pk == booking.pk for row in rooms),
        },
        back=reverse("operator:day"),
        done=_("The room is entered."),
    )
