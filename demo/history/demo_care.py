"""What the demo's midwives wrote of the families in house: check-in, care records, a note for the next shift."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState
from bookings.places.queries import VISITS
from care.assessing.assessments import record_assessment
from care.handover import leave_handover_note
from care.hour_rules import Kind
from care.hours.record import Noted, record_observation
from care.models import Breast, Feeding, Mood, PhraseKind, Position, Progress, SleepCheck
from care.planning.plan_queries import phrases_on, plan_of
from care.planning.plans import look_at_aims, set_aims
from care.records import (
    CheckInFacts,
    InfantFacts,
    MotherFacts,
    record_check_in,
    write_care_record,
)
from enrollment.models import BirthWay
from enrollment.stated import stated_of

from .families import at

NOTES = (
    "午前中にまとまって眠れた。授乳の姿勢を一緒に確認。",
    "沐浴を見学。抱き方に少し慣れてきた様子。",
    "夜間の授乳は助産師が代わり、5時間ほど休めた。",
)
BIRTH_WEIGHT, GRAMS_A_DAY = 3_000, 28
BORN = (BirthWay.VAGINAL, BirthWay.PLANNED_CAESAREAN, BirthWay.UNKNOWN)


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
    for infant in infants:
        infant.birth_weight_grams, infant.birth_way = BIRTH_WEIGHT, BORN[number % len(BORN)]
        infant.save(update_fields=["birth_weight_grams", "birth_way"])
    told = stated_of(booking.registration, infants).health  # still so, as the form has it
    checked = CheckInFacts(Decimal("36.6"), Decimal("36.9"), residence_confirmed=True, health=told)
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
    _by_the_hour(booking, [infant.pk for infant in infants], midwife, number, today)
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
    _plan(booking, midwife, number, today)
    if number == 0:
        leave_handover_note(
            facility=booking.service.facility,
            booking=booking,
            text="夜間の授乳の前に声をかけてください。",
            by=midwife,
            at=timezone.now() - timedelta(hours=2),
        )


def _plan(booking: Booking, midwife: User, number: int, today: date) -> None:
    """Two aims set with the mother, looked at on each day before today."""
    offered = phrases_on(PhraseKind.AIM, today)
    chosen = [offered[(number + more) % len(offered)].pk for more in range(2)] if offered else []
    if not chosen:
        return
    set_aims(booking=booking, phrases=chosen, words="", by=midwife, at=booking.stay.arrived_at)
    aims = [row.aim.pk for row in plan_of(booking, today).aims]
    for day in booking.days.kept().filter(day__lt=today).values_list("day", flat=True):
        looks = {aim: (Progress.values[(number + aim) % 2], "") for aim in aims}
        look_at_aims(booking=booking, day=day, looks=looks, by=midwife, at=at(day, 20))


def _by_the_hour(booking: Booking, infants: list[int], midwife: User, number: int, today: date) -> None:
    """What was noted of yesterday and of the night: feeds every three hours, diapers, the mother in the morning."""
    now, kept = timezone.now(), set(booking.days.kept().values_list("day", flat=True))
    for day in (today - timedelta(days=1), today):
        noted = [(hour, 40, Noted(Kind.WET, infant)) for infant in infants for hour in range(0, 24, 3)]
        for infant in infants:
            noted += [
                (hour, 10 + number, Noted(Kind.BREAST, infant, finding="left" if hour % 2 else "right"))
                for hour in range(0, 24, 3)
            ]
            noted += [(hour, 30, Noted(Kind.FORMULA, infant, Decimal(40))) for hour in (0, 6) if number % 3]
            noted += [(6, 45, Noted(Kind.STOOL, infant, finding="yellow")), (9, 30, Noted(Kind.BATH, infant))]
        noted += [
            (8, 0, Noted(Kind.PRESSURE, None, Decimal(112 + number), 70)),
            (8, 5, Noted(Kind.TEMPERATURE, None, Decimal("36.6"))),
            (8, 10, Noted(Kind.LOCHIA, None, finding="medium")),
        ]
        for order, (hour, minute, one) in enumerate(noted):
            happened = at(day, hour) + timedelta(minutes=minute)
            if day in kept and booking.stay.arrived_at <= happened <= now:
                touch = f"demo-{booking.pk}-{day}-{order}"
                record_observation(booking=booking, noted=one, touch=touch, by=midwife, at=happened, sure=True)
