"""What the demo's midwives wrote of the families in house: check-in, care records, a note for the next shift."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.places.queries import VISITS
from care.models import Breast, Feeding, Mood, Position, SleepCheck
from care.records import (
    CheckInFacts,
    InfantFacts,
    MotherFacts,
    leave_handover_note,
    record_assessment,
    record_check_in,
    write_care_record,
)

from .families import at

NOTES = (
    "午前中にまとまって眠れた。授乳の姿勢を一緒に確認。",
    "沐浴を見学。抱き方に少し慣れてきた様子。",
    "夜間の授乳は助産師が代わり、5時間ほど休めた。",
)
BIRTH_WEIGHT, GRAMS_A_DAY = 3_000, 28


@transaction.atomic
def make_demo_care(today: date) -> None:
    """Write the days before today of every family in house; today's is left for whoever tries the demo."""
    midwives = {person.facility_id: person for person in User.objects.filter(role=Role.OPERATOR)}
    in_house = Booking.objects.filter(state=BookingState.ARRIVED).exclude(service__kind__in=VISITS)
    for number, booking in enumerate(in_house.select_related("service__facility", "stay").order_by("pk")):
        midwife = midwives.get(booking.service.facility_id)
        if midwife is not None:
            _family(booking, midwife, number, today)


def _family(booking: Booking, midwife: User, number: int, today: date) -> None:
    infants = list(booking.registration.birth.infants.all())
    checked = CheckInFacts(Decimal("36.6"), Decimal("36.9"), residence_confirmed=True)
    record_check_in(booking=booking, facts=checked, by=midwife, at=booking.stay.arrived_at)
    days = booking.days.kept().filter(day__lt=today)
    for day in days.order_by("day").values_list("day", flat=True):
        write_care_record(
            booking=booking,
            day=day,
            mother=MotherFacts(
                Decimal(5 + number % 3), Breast.values[number % 3], Mood.values[number % 3], NOTES[number % len(NOTES)]
            ),
            infants={
                infant.pk: InfantFacts(
                    weight_grams=BIRTH_WEIGHT + GRAMS_A_DAY * (day - infant.birth_date).days,
                    temperature=Decimal("36.8"),
                    feeding=Feeding.values[number % 3],
                    feeds=8,
                )
                for infant in infants
            },
            by=midwife,
            at=at(day, 20),
        )
    looked_at = timezone.now() - timedelta(minutes=5 * (number % 7))
    for infant in infants:
        SleepCheck.objects.create(
            stay=booking.stay,
            infant=infant,
            position=Position.BACK,
            happened_at=looked_at,
            recorded_at=looked_at,
            recorded_by=midwife,
        )
    if number == 1:  # a proposal that waits for somebody's decision
        record_assessment(
            booking=booking,
            assessed_on=today - timedelta(days=1),
            total=11,
            item_10=0,
            by=midwife,
            at=at(today - timedelta(days=1), 16),
        )
    if number == 0:
        leave_handover_note(
            facility=booking.service.facility,
            booking=booking,
            text="夜間の授乳の前に声をかけてください。",
            by=midwife,
            at=timezone.now() - timedelta(hours=2),
        )
