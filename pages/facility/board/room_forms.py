"""Into which room a family is led: asked at its check-in, and on the page of the rooms."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, BookingState
from bookings.stays.room_queries import RoomNow, rooms_now, rooms_to_give
from facilities.models import Room
from sankecare.forms import OperationForm


class RoomForm(OperationForm):
    """One touch on a room. A room that was taken meanwhile is refused by the operation, in words.

    ``exchange``: the room of another family, with which this one changes.
    """

    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"), required=False)
    exchange = forms.ModelChoiceField(Room.objects.none(), label=_("Room"), required=False)

    def __init__(self, data: Any = None, *, pool: int) -> None:
        super().__init__(data)
        for name in ("room", "exchange"):
            self.fields[name].queryset = Room.objects.filter(pool=pool)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and bool(given.get("room")) == bool(given.get("exchange")):
            self.add_error("room", now_("Please choose a room."))
        return given

    @property
    def exchanges(self) -> bool:
        """Whether what was touched is another family's room."""
        return bool(self.data.get("exchange"))

    @property
    def values(self) -> dict[str, Any]:
        return {"room": self.cleaned_data["room"] or self.cleaned_data["exchange"]}


class RoomToGiveField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs' own parameter
    """A room with its floor."""

    def label_from_instance(self, obj: Any) -> str:
        return room_in_words(obj)


def room_in_words(room: Room) -> str:
    """A room as the house calls it: its number, its floor, that a sibling has a place in it."""
    parts = [room.name, room.floor, str(_("with room for a sibling")) if room.takes_sibling else ""]
    return "　".join(filter(None, parts))


def ask_room(form: forms.Form, booking: Booking, today: date) -> None:
    """Ask into which room the family is led, where its arrival is still to be recorded and the house keeps rooms.

    Shown are the rooms that are free; one that was taken since is refused in words. Three queries.
    """
    if booking.state != BookingState.BOOKED:
        return
    rooms: list[RoomNow] = rooms_now(booking.service.facility, today)
    mine = [row.room for row in rooms if row.room.pool_id == booking.service.pool_id]
    if not mine:
        return
    fitting = rooms_to_give(rooms, booking)
    asked = RoomToGiveField(
        Room.objects.filter(pk__in=[room.pk for room in mine]),
        label=_("Room"),
        required=False,
        empty_label=_("to be given later"),
        help_text=_("Free rooms. It can be changed on the board at any time."),
        initial=fitting[0].pk if fitting else None,
    )
    asked.widget.choices = [("", asked.empty_label), *((room.pk, room_in_words(room)) for room in fitting)]
    form.fields["room"] = asked
    form.order_fields(["happened_at", "room"])
