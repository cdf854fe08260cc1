"""A house with rooms, and families that arrive in it."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, RoomUse
from bookings.stays.rooms import give_room
from bookings.stays.stays import record_arrival
from facilities.models import PlacePool, Room
from tests import builders


def rooms_in(pool: PlacePool, *names: str, sibling: tuple[str, ...] = ()) -> list[Room]:
    """The rooms of a pool; those named ``sibling`` take one."""
    return [
        Room.objects.create(
            pool=pool, name=name, floor="2階", takes_sibling=name in sibling, period=(builders.LONG_AGO, None)
        )
        for name in (*names, *sibling)
    ]


class RoomHouse:
    """The Ward Centre with rooms 201, 202 and, for a sibling, 301; its midwife; families come by ``arrived``."""

    def __init__(self, *names: str, sibling: tuple[str, ...] = ("301",)) -> None:
        builders.usage_limits()
        self.today = timezone.localdate()
        self.service = builders.service()
        self.rooms = rooms_in(self.service.pool, *(names or ("201", "202")), sibling=sibling)
        self.midwife = builders.user(Role.OPERATOR)

    def booked(self, *ahead: int, sibling: bool = False) -> Booking:
        registration = builders.registration(born=self.today - timedelta(days=40))
        along: dict[str, Any] = {"sibling": builders.sibling(registration.birth.family)} if sibling else {}
        made = Booking.objects.create(
            registration=registration, service=self.service, booked_at=timezone.now(), **along
        )
        for one in ahead or (0,):
            made.days.create(day=self.today + timedelta(days=one), with_sibling=sibling)
        return made

    def arrived(self, *ahead: int, room: Room | None = None, sibling: bool = False) -> Booking:
        booking = self.booked(*ahead, sibling=sibling)
        with transaction.atomic():
            record_arrival(booking=booking, by=self.midwife, at=timezone.now())
        if room is not None:
            self.led(booking, room)
        booking.refresh_from_db()
        return booking

    def led(self, booking: Booking, room: Room, by: User | None = None) -> RoomUse:
        with transaction.atomic():
            return give_room(booking=booking, room=room, by=by or self.midwife, at=timezone.now())

    def day(self, ahead: int) -> date:
        return self.today + timedelta(days=ahead)


def now_in(booking: Booking) -> str:
    """The room in which a family is now; empty where in none."""
    use = RoomUse.objects.filter(stay__booking=booking, during__endswith__isnull=True).first()
    return use.room.name if use else ""
