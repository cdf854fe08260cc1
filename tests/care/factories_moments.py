"""A family that is expected from the 5th to the 7th of July 2023, what happens to it, and when it is written."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from billing.check_out import CheckedOut, check_out
from billing.models import Charge
from bookings.models import Booking, Stay
from bookings.stays.stays import record_arrival
from bookings.stays.steps import UNDO_FOR, settle_steps
from care.models import Breathing, Colour, Position, SleepCheck
from care.models import SleepPlace as Place
from care.sleep_checks import Look, note_sleep_checks
from facilities.models import ServiceKind
from tests import builders

FIFTH = builders.date(2023, 7, 5)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in July 2023."""
    return builders.at(FIFTH.replace(day=day), hour, minute)


class Expected:
    """A family that is expected from the 5th to the 7th of July, and the midwife."""

    def __init__(self, *days: int, kind: ServiceKind = ServiceKind.SHORT_STAY) -> None:
        builders.usage_limits()
        self.service = builders.service(kind, slots=1)
        self.registration = builders.registration(born=FIFTH - timedelta(days=40))
        self.booking = Booking.objects.create(
            registration=self.registration, service=self.service, booked_at=on(1, 10)
        )
        for day in days or (5, 6, 7):
            self.booking.days.create(day=FIFTH.replace(day=day))
        self.infant = self.registration.birth.infants.get()
        self.midwife = builders.user(Role.OPERATOR)

    def arrives(self, at: datetime, happened_at: datetime | None = None) -> Stay:
        with transaction.atomic():
            return record_arrival(booking=self.booking, by=self.midwife, at=at, happened_at=happened_at)

    def leaves(self, at: datetime, happened_at: datetime | None = None) -> CheckedOut:
        with transaction.atomic():
            done = check_out(booking=self.booking, by=self.midwife, at=at, happened_at=happened_at)
        settle_steps(at=at + UNDO_FOR)
        return done

    def looks(self, at: datetime, touched_at: datetime | None = None) -> SleepCheck:
        found = (Position.BACK, Breathing.REGULAR, Colour.GOOD, Place.MOTHER)
        look = Look(self.booking, self.infant.pk, *found)
        said = {"watched_by": self.midwife, "second_person": None, "by": self.midwife}
        with transaction.atomic():
            return note_sleep_checks(looks=[look], at=at, touched_at=touched_at, **said)

    @property
    def statuses(self) -> list[str]:
        return ["missed" if row.missed else row.status for row in self.booking.days.order_by("day")]

    def charged(self) -> int:
        return Charge.objects.get(booking=self.booking).total

    def post(self, at: datetime, name: str, **given: Any) -> Any:
        with time_machine.travel(at, tick=False):
            client = Client()
            client.force_login(self.midwife)
            return client.post(reverse(f"operator:{name}", args=[self.booking.pk]), given, follow=True)

    def page(self, at: datetime, name: str) -> str:
        with time_machine.travel(at, tick=False):
            client = Client()
            client.force_login(self.midwife)
            address = reverse(f"operator:{name}", args=[] if name == "day" else [self.booking.pk])
            return str(client.get(address).text)

    def api(self, at: datetime, what: str, body: dict[str, Any]) -> HttpResponse:
        with time_machine.travel(at, tick=False):
            client = Client()
            client.force_login(self.midwife)
            address = f"/api/v1/bookings/{self.booking.pk}/{what}/"
            headers = {"Idempotency-Key": secrets.token_hex(8)}
            return client.post(address, body, content_type="application/json", headers=headers)
