"""The ward as bookings need it: limits, a short stay and a day care, and a family whose registration is approved."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, DayStatus
from bookings.places import reserve
from enrollment.models import Registration
from facilities.models import Service, ServiceKind
from tests import builders

MONDAY = date(2023, 5, 15)
ASKED_AT = builders.at(builders.A_DAY)


def days(*numbers: int) -> list[date]:
    """Days counted from the Monday, which is 1."""
    return [MONDAY + timedelta(days=number - 1) for number in numbers]


@dataclass
class Ward:
    stay: Service
    day_care: Service
    staff: User = field(default_factory=builders.user)

    def reserve(
        self,
        registration: Registration,
        *numbers: int,
        at: datetime = ASKED_AT,
        service: Service | None = None,
        **asked: Any,
    ) -> Booking:
        with transaction.atomic():
            return reserve.reserve_days(
                registration=registration,
                service=service or self.stay,
                days=days(*numbers),
                by=self.staff,
                at=at,
                **asked,
            )

    def fill(self, *numbers: int, service: Service | None = None) -> None:
        """Let other families take every place of the days."""
        place = service or self.stay
        for _ in range(place.pool.capacitys.get().slots):
            self.reserve(builders.registration(), *numbers, service=place)


@pytest.fixture
def ward(db: None) -> Ward:
    """Two slots a day at the Ward Centre (short stay), two at Mama's Room (day care)."""
    builders.usage_limits()
    mamas_room = builders.pool(2, builders.facility("mamas-room", "ママズルーム"))
    return Ward(
        stay=builders.service(slots=2, sibling_rooms=1),
        day_care=builders.service(ServiceKind.DAY_CARE, mamas_room, takes_siblings=False),
    )


@pytest.fixture
def mother(db: None) -> User:
    return builders.user(Role.MOTHER)


@pytest.fixture
def registration(mother: User) -> Registration:
    return builders.registration(builders.family(account=mother))


def held(booking: Booking) -> list[date]:
    return list(booking.days.exclude(status=DayStatus.RELEASED).values_list("day", flat=True))
