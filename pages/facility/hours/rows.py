"""What the pages of the hours show: a row a baby, the last touches, a day with its sums. Fixed numbers of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bookings.models import Booking
from bookings.stays.steps import UNDO_FOR
from care.hour_rules import Kind
from care.hours.standing import Lately, in_unit, lately_of
from care.models import Observation
from enrollment.models import Infant
from facilities.models import Facility

from .touch_form import UNITS

# What a bottle usually holds, until the baby's own last bottle is known (own default), in millilitres.
USUAL_BOTTLE = 60


@dataclass(frozen=True)
class BabyRow:
    """A baby of the house, what was noted of it today, and how much its next bottle holds as the page proposes it."""

    booking: Booking
    infant: Infant
    lately: Lately | None
    bottle: str


def rows_of(bookings: Iterable[Booking], today: date) -> list[BabyRow]:
    """Return a row for each baby of the bookings. Two queries, and the babies' own."""
    here = list(bookings)
    lately = lately_of(here, today)
    return [
        BabyRow(booking, infant, found, _bottle(found))
        for booking in here
        for infant in booking.registration.birth.infants.all()
        for found in [lately.get((booking.pk, infant.pk))]
    ]


def _bottle(lately: Lately | None) -> str:
    amount = lately.last_feed.amount if lately and lately.last_feed else None
    return in_unit(Decimal(USUAL_BOTTLE) if amount is None else amount)


def just_noted(facility: Facility, now: datetime) -> list[Observation]:
    """Return what was noted in the house and one touch can still take back, newest first. One query."""
    rows = Observation.objects.filter(
        stay__booking__service__facility=facility,
        recorded_at__gte=now - UNDO_FOR,
        taken_back__isnull=True,
        corrected_by__isnull=True,
    )
    family = "stay__booking__registration__birth__family"
    return list(rows.select_related(family, "infant", "recorded_by", "touched_by").order_by("-recorded_at", "-pk"))


def in_words(row: Observation) -> str:
    """Write what was noted: 直母 左, ミルク 60 ml, 血圧 128/82 mmHg."""
    parts: list[Any] = [row.get_kind_display()]
    if row.amount is not None:
        figure = in_unit(row.amount) if row.lower is None else f"{in_unit(row.amount)}/{row.lower}"
        parts.append(f"{figure} {UNITS[Kind(row.kind)]}")
    return " ".join(str(part) for part in (*parts, row.finding_words, row.text) if part)
