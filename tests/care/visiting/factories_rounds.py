"""Visits of a midwife who needs thirty minutes from one family to the next: 9:30, 12:30 or 15:00, two hours each."""

from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, VisitPolicy, VisitPreparation, VisitTime
from bookings.places.reserve import reserve_days
from enrollment.models import Registration
from facilities.models import Service, ServiceKind
from tests import builders

TIMES = (time(9, 30), time(12, 30), time(15))
MORNING_TEXT = "09:30–11:30"
NOON = TIMES[1]
OPEN = (builders.LONG_AGO, None)


class Rounds:
    """A service of visits with its times, and a day a week ahead."""

    def __init__(self, kind: ServiceKind = ServiceKind.OUTREACH, at_once: int = 1, **policy: Any) -> None:
        self.day: date = timezone.localdate() + timedelta(days=7)
        self.now = timezone.now()
        self.service: Service = builders.service(
            kind,
            builders.pool(3, slug=kind.value),
            age_limit_months=12,
            takes_siblings=False,
            visit_minutes=120,
        )
        given = {"travel_minutes": 30} | policy
        VisitPolicy.objects.create(service=self.service, period=OPEN, at_once=at_once, **given)
        for one in TIMES:
            VisitTime.objects.create(service=self.service, period=OPEN, starts_at=one)
        VisitPreparation.objects.create(
            service=self.service, code="handbook", text="母子健康手帳", text_en="Your handbook", period=OPEN
        )
        self.mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
        self.registration = self.registered(account=self.mother)

    def registered(self, **family: Any) -> Registration:
        """A family of a baby of forty days."""
        return builders.registration(builders.family(**family), born=timezone.localdate() - timedelta(days=40))

    def reserve(self, at: time | None, registration: Registration | None = None) -> Booking:
        """A visit on the day at a time, or at none yet."""
        with transaction.atomic():
            return reserve_days(
                registration=registration or self.registration,
                service=self.service,
                days=[self.day],
                times={self.day: at} if at else None,
                by=self.mother,
                at=self.now,
            )
