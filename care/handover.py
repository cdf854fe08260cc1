"""申し送り: what the next shift is to know, of the house and of each family: one note stands until it is written anew.

Every note stays. Who writes anew says which one she has read (``replaces``); the database lets each be replaced once,
so that nobody overwrites in silence what somebody else wrote meanwhile.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, Stay
from bookings.places.locking import lock_booking
from care.models import HandoverNote
from facilities.models import Facility
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .ended import refuse_ended

EARLIER_SHOWN = 10


@in_transaction
def leave_handover_note(
    *, facility: Facility, text: str, by: User, at: datetime, booking: Booking | None = None
) -> HandoverNote:
    """Write the note of one family, or of the house, anew; an empty one takes what stands away.

    Errors: as ``refuse_ended``; Refused ``never_arrived``; NotPossible ``no_text`` (empty, and nothing stands).
    """
    stay = None
    if booking is None:
        Facility.objects.select_for_update(no_key=True).get(pk=facility.pk)
    else:
        locked = lock_booking(booking)
        stay = Stay.objects.filter(booking=locked).first()
        if stay is None:
            raise Refused("never_arrived", _("No arrival of %(number)s is recorded.") % {"number": locked.number})
        refuse_ended(locked, at, is_new=True)
    stands = _newest(facility, stay)
    if not text.strip() and (stands is None or not stands.text):
        sentence = _("Please write the note.")
        raise NotPossible("no_text", sentence, {"text": sentence})
    return HandoverNote.objects.create(
        facility=facility, stay=stay, text=text.strip(), replaces=stands, recorded_at=at, recorded_by=by
    )


def note_that_stands(facility: Facility, booking: Booking | None = None) -> HandoverNote | None:
    """Return the note of a family, or of the house, as it stands; an empty one was taken away. One query or two."""
    if booking is None:
        return _newest(facility, None)
    stay = Stay.objects.filter(booking=booking).first()
    return _newest(facility, stay) if stay else None


def earlier_notes(facility: Facility, booking: Booking | None = None) -> list[HandoverNote]:
    """Return what stood before, newest first, the last few. One query."""
    notes = HandoverNote.objects.filter(facility=facility, replaced_by__isnull=False).exclude(text="")
    of = notes.filter(stay__isnull=True) if booking is None else notes.filter(stay__booking=booking)
    return list(of.select_related("recorded_by")[:EARLIER_SHOWN])


def standing_notes(
    facility: Facility, bookings: Iterable[Booking], until: datetime
) -> tuple[HandoverNote | None, dict[int, HandoverNote]]:
    """Return the note of the house, and by booking those of families, as they stood at the moment. Two queries."""
    written = HandoverNote.objects.filter(facility=facility, recorded_at__lte=until).select_related("recorded_by")
    house = written.filter(stay__isnull=True).first()
    of_families = written.filter(stay__booking__in=list(bookings)).select_related("stay")
    newest = of_families.order_by("stay_id", "-recorded_at", "-pk").distinct("stay_id")
    notes = {note.stay.booking_id: note for note in newest if note.stay and note.text}
    return (house if house and house.text else None), notes


def _newest(facility: Facility, stay: Stay | None) -> HandoverNote | None:
    notes = HandoverNote.objects.filter(facility=facility, stay=stay)
    return notes.select_related("recorded_by").first()
