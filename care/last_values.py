"""最後の値: what was measured and noted last of each family in house, for the board and the shift's paper.

One question for all families (``last_values``). A new kind of record that the board is to show is read here, and told
in ``written_last``, so that the board renews itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Value
from django.utils import timezone

from bookings.models import Booking
from care.models import (
    Assessment,
    CareRecord,
    CheckIn,
    InfantCare,
    Observation,
    ObservationTakenBack,
    ProposalDecision,
    QuestionnaireCode,
    SleepCheck,
    SleepCheckTakenBack,
    VisitRecord,
)


@dataclass(frozen=True)
class InfantNow:
    """The last of each value of an infant, with its day; weight in grams, temperature in °C.

    ``grams_a_day``: from the weight before to the last one; None with fewer than two on different days.
    """

    weight_grams: int | None = None
    weighed_on: date | None = None
    grams_a_day: int | None = None
    temperature: Decimal | None = None
    temperature_on: date | None = None
    feeding: str = ""
    feeds: int | None = None
    fed_on: date | None = None


@dataclass(frozen=True)
class FamilyNow:
    """The last values of a family: the mother's temperature, her newest EPDS here, and each infant's by its id."""

    mother_temperature: Decimal | None = None
    mother_temperature_on: date | None = None
    epds: Assessment | None = None
    infants: dict[int, InfantNow] = field(default_factory=dict)


def last_values(bookings: Iterable[Booking], until: date) -> dict[int, FamilyNow]:
    """Return, by booking, the last values of its stay up to the day. Four queries, however many bookings.

    What is noted by the hour fills the sheet of its day (care/hours/sheet.py), so that the sheets say it all.
    """
    shown = list(bookings)
    if not shown:
        return {}
    check_ins = CheckIn.objects.filter(stay__booking__in=shown).select_related("stay")
    checked = {row.stay.booking_id: row for row in check_ins}
    cared: dict[tuple[int, int], list[InfantCare]] = {}
    rows = InfantCare.objects.filter(record__stay__booking__in=shown, record__day__lte=until)
    for row in rows.select_related("record__stay").order_by("-record__day"):
        cared.setdefault((row.record.stay.booking_id, row.infant_id), []).append(row)
    felt = CareRecord.objects.filter(stay__booking__in=shown, day__lte=until, temperature__isnull=False)
    mothers = {row.stay.booking_id: row for row in felt.select_related("stay").order_by("day")}
    scores = _newest_scores(shown, until)
    found = {}
    for booking in shown:
        check_in = checked.get(booking.pk)
        arrived = timezone.localdate(check_in.stay.arrived_at) if check_in else None
        own = mothers.get(booking.pk)
        infants = booking.registration.birth.infants.all()
        found[booking.pk] = FamilyNow(
            mother_temperature=own.temperature if own else check_in.mother_temperature if check_in else None,
            mother_temperature_on=own.day if own else arrived,
            epds=scores.get(booking.registration.birth.family_id),
            infants={
                infant.pk: _infant(
                    cared.get((booking.pk, infant.pk), []), check_in.infant_temperature if check_in else None, arrived
                )
                for infant in infants
            },
        )
    return found


def grams_a_day(weighed: Sequence[tuple[date, int]]) -> int | None:
    """Return what an infant gained a day between its last two weights (newest first), rounded; None with one alone."""
    if len(weighed) < 2:
        return None
    (last, grams), (before, lighter) = weighed[0], weighed[1]
    days = (last - before).days
    return round((grams - lighter) / days) if days > 0 else None


def written_last(bookings: Iterable[Booking]) -> list[Any]:
    """Return what changes whenever a value of these stays is written or corrected, and says nothing of it.

    One query, of these stays alone.
    """
    keys = [row.pk for row in bookings]
    stays = {"stay__booking__in": keys}
    written = (
        CheckIn.objects.filter(**stays),
        CareRecord.objects.filter(**stays),
        Observation.objects.filter(**stays),
        ObservationTakenBack.objects.filter(observation__stay__booking__in=keys),
        SleepCheck.objects.filter(**stays),
        SleepCheckTakenBack.objects.filter(check_of__stay__booking__in=keys),
        Assessment.objects.filter(**stays),
        ProposalDecision.objects.filter(assessment__stay__booking__in=keys),
        VisitRecord.objects.filter(booked_day__booking__in=keys),
    )
    asked = [
        rows.order_by().values(of=Value(number)).annotate(newest=Max("recorded_at"), rows=Count("pk"))
        for number, rows in enumerate(written)
    ]
    return sorted(asked[0].union(*asked[1:], all=True).values_list("of", "newest", "rows"))


def _infant(rows: Sequence[InfantCare], on_arrival: Decimal | None, arrived: date | None) -> InfantNow:
    """Of an infant's days, newest first, the last of each value; before the first of them that of the check-in."""
    weighed = [(row.record.day, row.weight_grams) for row in rows if row.weight_grams is not None]
    felt = next((row for row in rows if row.temperature is not None), None)
    fed = next((row for row in rows if row.feeding or row.feeds is not None), None)
    return InfantNow(
        weight_grams=weighed[0][1] if weighed else None,
        weighed_on=weighed[0][0] if weighed else None,
        grams_a_day=grams_a_day(weighed),
        temperature=felt.temperature if felt else on_arrival,
        temperature_on=felt.record.day if felt else arrived,
        feeding=fed.get_feeding_display() if fed else "",
        feeds=fed.feeds if fed else None,
        fed_on=fed.record.day if fed else None,
    )


def _newest_scores(bookings: Sequence[Booking], until: date) -> dict[int, Assessment]:
    """The newest EPDS of each family at this facility up to the day."""
    family = "stay__booking__registration__birth__family"
    of = Assessment.objects.filter(
        assessed_on__lte=until,
        questionnaire=QuestionnaireCode.EPDS,
        stay__booking__registration__birth__family__in={row.registration.birth.family_id for row in bookings},
        stay__booking__service__facility=bookings[0].service.facility_id,
    )
    newest = of.select_related("stay__booking__registration__birth").order_by(f"{family}_id", "-assessed_on", "-pk")
    return {row.stay.booking.registration.birth.family_id: row for row in newest.distinct(f"{family}_id")}
