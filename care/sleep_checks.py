"""うつぶせ寝の確認: every sleeping baby of the house looked at in one round, each found in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, Stay
from bookings.places.locking import lock_booking
from care.models import Breathing, Colour, Position, SleepCheck, SleepPlace
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

# A tablet without network sends what was seen later, with the time of the touch; longer ago it is no look any more.
SENT_LATE = timedelta(hours=12)


@dataclass(frozen=True)
class Look:
    """How one infant (by its id) was found."""

    booking: Booking
    infant: int
    position: Position
    breathing: Breathing
    colour: Colour
    place: SleepPlace


@in_transaction
def note_sleep_checks(
    *,
    looks: Sequence[Look],
    watched_by: User,
    second_person: User | None,
    by: User,
    at: datetime,
    touched_at: datetime | None = None,
) -> SleepCheck:
    """Record a round: all of it or nothing; return the last one written.

    ``watched_by``: who looked by eye; ``second_person``: who is there too, where a baby is kept apart from its
    mother. ``touched_at``: when it was touched, where it is sent later.

    Errors: NotPossible ``nothing_looked_at``, ``second_person``, ``infant_of_another``, ``touched_at``; Refused
    ``not_in_house`` naming the family's booking.
    """
    if not looks:
        sentence = _("Choose how at least one baby lies.")
        raise NotPossible("nothing_looked_at", sentence)
    kept_apart = any(look.place == SleepPlace.KEPT for look in looks)
    if kept_apart and (second_person is None or second_person == watched_by):
        sentence = _("Where a baby is kept apart from its mother, two watch. Choose the second person.")
        raise NotPossible("second_person", sentence, {"second_person": sentence})
    moment = touched_at or at
    if not at - SENT_LATE <= moment <= at + timedelta(minutes=1):
        raise NotPossible("touched_at", _("This was touched too long ago. Please look again."))
    stays = _lock_stays([look.booking for look in looks])
    checks = [
        SleepCheck(
            stay=stays[look.booking.pk],
            infant_id=_own_infant(look),
            position=look.position,
            breathing=look.breathing,
            colour=look.colour,
            place=look.place,
            watched_by=watched_by,
            second_person=second_person if look.place == SleepPlace.KEPT else None,
            happened_at=min(moment, at),
            recorded_at=at,
            recorded_by=by,
        )
        for look in looks
    ]
    return SleepCheck.objects.bulk_create(checks)[-1]


def _lock_stays(bookings: Sequence[Booking]) -> dict[int, Stay]:
    """Lock the bookings in the order of their registrations, as everybody does; return their stays."""
    once = {booking.pk: booking for booking in bookings}
    for booking in sorted(once.values(), key=lambda row: (row.registration_id, row.pk)):
        locked = lock_booking(booking)
        if locked.state != BookingState.ARRIVED:
            raise Refused("not_in_house", _("The family of %(number)s is not in house.") % {"number": locked.number})
    return {stay.booking_id: stay for stay in Stay.objects.filter(booking__in=once)}


def _own_infant(look: Look) -> int:
    if not look.booking.registration.birth.infants.filter(pk=look.infant).exists():
        raise NotPossible("infant_of_another", _("This infant is not in the registration."))
    return look.infant
