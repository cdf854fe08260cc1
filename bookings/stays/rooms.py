"""部屋割り: a family is led into a room on its arrival, or moved to another one. One family in a room at a time."""

from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import Booking, BookingState, RoomUse, Stay
from bookings.places.locking import lock_booking, lock_registrations
from facilities.models import Room
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .room_queries import fitting_rooms


@in_transaction
def give_room(*, booking: Booking, room: Room, by: User, at: datetime) -> RoomUse:
    """Lead a family that is in house into a room, or move it there from the one that it has, from now on.

    The first room counts from the arrival, or from when the family before left it.

    Errors: Refused ``not_in_house``, ``room_taken``, ``room_out_of_order``, ``room_without_sibling``; NotPossible
    ``room_of_another`` (of another house, or not in use today).
    """
    locked = lock_booking(booking)
    if locked.state != BookingState.ARRIVED:
        raise Refused("not_in_house", _("The family of %(number)s is not in house.") % {"number": locked.number})
    # Two who lead two families into one room wait for each other here, and the second reads what the first wrote.
    kept = Room.objects.select_for_update(no_key=True).filter(pk=room.pk, pool=locked.service.pool_id).first()
    if kept is None or not Room.objects.filter(pk=room.pk, period__contains=timezone.localdate(at)).exists():
        sentence = _("This house has no such room today.")
        raise NotPossible("room_of_another", sentence, {"room": sentence})
    stay = Stay.objects.get(booking=locked)
    has = RoomUse.objects.filter(stay=stay, during__endswith__isnull=True).select_related("room").first()
    if has is not None and has.room_id == kept.pk:
        return has
    refuse_taken(kept)
    _refuse_unfit(locked, kept, at)
    began = stay.arrived_at if has is None else at
    if has is not None:
        _leave(has, at)
    before = RoomUse.objects.filter(room=kept, during__endswith__gt=began).order_by("-during__endswith").first()
    first = max(began, before.during.upper) if before else began
    return RoomUse.objects.create(
        stay=stay, room=kept, during=DateTimeTZRange(first, None), recorded_at=at, recorded_by=by
    )


@in_transaction
def exchange_rooms(*, booking: Booking, room: Room, by: User, at: datetime) -> RoomUse:
    """Exchange a family's room with that of the family in ``room``, both at once; return where the first one is now.

    Errors: Refused ``not_in_house``, ``no_room_yet`` (it has none to give), ``nobody_there`` (the other family has
    left it meanwhile), ``room_out_of_order``, ``room_without_sibling``.
    """
    there = _in_use(room=room)
    if there is None:
        raise _nobody_there(room)
    other = there.stay.booking
    lock_registrations([booking.registration_id, other.registration_id])
    by_id = {one.pk: lock_booking(one) for one in sorted({booking, other}, key=lambda one: one.pk)}
    locked, them = by_id[booking.pk], by_id[other.pk]
    if locked.state != BookingState.ARRIVED:
        raise Refused("not_in_house", _("The family of %(number)s is not in house.") % {"number": locked.number})
    has = _in_use(stay__booking=locked)
    if has is None:
        raise Refused("no_room_yet", _("This family has no room that it could give. Please choose a free one."))
    if has.room_id == room.pk:
        return has
    list(Room.objects.select_for_update(no_key=True).filter(pk__in=(has.room_id, room.pk)).order_by("pk"))
    there, has = _in_use(room=room), _in_use(stay__booking=locked)
    if there is None or has is None or there.stay.booking_id != them.pk:
        raise _nobody_there(room)
    _refuse_unfit(locked, there.room, at)
    _refuse_unfit(them, has.room, at)
    for use in (has, there):
        _leave(use, at)
    now = DateTimeTZRange(at, None)
    said = {"during": now, "recorded_at": at, "recorded_by": by}
    RoomUse.objects.create(stay=there.stay, room=has.room, **said)
    return RoomUse.objects.create(stay=has.stay, room=there.room, **said)


def _in_use(**which: Any) -> RoomUse | None:
    """Who is in a room, or in which room a family is, at this moment."""
    uses = RoomUse.objects.filter(during__endswith__isnull=True, **which)
    return uses.select_related("room", "stay__booking__registration").first()


def _nobody_there(room: Room) -> Refused:
    sentence = _("The family in %(room)s has left it meanwhile. Please look at the rooms again.") % {"room": room}
    return Refused("nobody_there", sentence, {"room": sentence})


def _leave(use: RoomUse, at: datetime) -> None:
    """The family leaves the room; one that it was led into at this very moment was none."""
    if use.during.lower >= at:
        use.delete()
        return
    use.during = DateTimeTZRange(use.during.lower, at)
    use.save(update_fields=["during"])


def refuse_taken(room: Room) -> None:
    """Refuse a room in which a family is, for who holds its lock. Errors: Refused ``room_taken``."""
    taken = RoomUse.objects.filter(room=room, during__endswith__isnull=True).select_related("recorded_by").first()
    if taken is None:
        return
    words = _("Another family is in %(room)s by now (%(who)s, %(time)s). Nothing was changed: choose another room.")
    time = time_format(timezone.localtime(taken.recorded_at))
    sentence = words % {"room": room, "who": taken.recorded_by, "time": time}
    raise Refused("room_taken", sentence, {"room": sentence})


def _refuse_unfit(booking: Booking, room: Room, at: datetime) -> None:
    today = timezone.localdate(at)
    closed = room.out_of_order.filter(period__contains=today).first()
    if closed is not None:
        words = _("%(room)s is out of order today: %(reason)s.") % {"room": room, "reason": closed.reason}
        raise Refused("room_out_of_order", words, {"room": words})
    if booking.days.kept().filter(day__gte=today, with_sibling=True).exists() and not room.takes_sibling:
        fitting = _(", ").join(row.name for row in fitting_rooms(room.pool_id, today))
        words = _("%(room)s takes no sibling. Rooms that do: %(rooms)s.") % {"room": room, "rooms": fitting or "–"}
        raise Refused("room_without_sibling", words, {"room": words})
