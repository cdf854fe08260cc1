"""A family in house, the operator who looks after her, and the nurses of two districts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay
from referrals.models import OPEN_STATES, Concern, Ground, RecipientKind, Referral
from referrals.raise_referral import raise_referral
from tests import builders

# What must never leave the database but on the page of those who may read it.
MOTHER = "髙﨑 𠮷子カナリア"
PHONE = "090-0000-7391"
SEEN = "夜間に泣き続けカナリア所見"
CANARIES = (MOTHER, PHONE, SEEN, "カナリア", "高﨑", "7391")


@dataclass(frozen=True)
class Scene:
    booking: Booking
    operator: User
    nurse: User
    colleague: User
    caseworker: User
    nurse_elsewhere: User

    def raised(self, at: datetime | None = None, booking: Booking | None = None, **given: object) -> Referral:
        """A referral of the family to the health nurse, raised now unless told; each from a stay of its own."""
        asked = {
            "recipient": RecipientKind.HEALTH_NURSE,
            "concerns": [Concern.MOOD],
            "ground": Ground.CONSENT,
            "what_was_seen": SEEN,
        }
        with transaction.atomic():
            return raise_referral(
                booking=booking or self._stay(), by=self.operator, at=at or timezone.now(), **(asked | given)
            )

    def _stay(self) -> Booking:
        """The stay, or an earlier one of the family where something is open about it: one is open of a cause."""
        if not self.booking.referrals.filter(state__in=OPEN_STATES).exists():
            return self.booking
        return Booking.objects.create(
            registration=self.booking.registration,
            service=self.booking.service,
            state=BookingState.DEPARTED,
            booked_at=self.booking.booked_at,
        )


def scene() -> Scene:
    """A family of Setagaya that arrived at the Ward Centre today."""
    place = builders.facility()
    operator = builders.user(Role.OPERATOR, facility=place)
    family = builders.family(mother_name=MOTHER)
    family.phone = PHONE
    family.save(update_fields=["phone"])
    today = timezone.localdate()
    registration = builders.registration(family, born=today - timedelta(days=40))
    booking = Booking.objects.create(
        registration=registration,
        service=builders.service(in_pool=builders.pool(3, place)),
        state=BookingState.ARRIVED,
        booked_at=builders.at(today - timedelta(days=3)),
    )
    BookingDay.objects.create(booking=booking, day=today, status=DayStatus.USED)
    Stay.objects.create(booking=booking, arrived_at=builders.at(today, 9), arrival_recorded_by=operator)
    setagaya = builders.district()
    return Scene(
        booking=booking,
        operator=operator,
        nurse=builders.user(Role.HEALTH_NURSE, district=setagaya, email="nurse@ward.test"),
        colleague=builders.user(Role.HEALTH_NURSE, district=setagaya, email="colleague@ward.test"),
        caseworker=builders.user(Role.CASEWORKER, district=setagaya, email="caseworker@ward.test"),
        nurse_elsewhere=builders.user(
            Role.HEALTH_NURSE, district=builders.district("kitazawa"), email="elsewhere@ward.test"
        ),
    )
