"""What the charts of a stay rest on: the birth weight, weights of sheets and of the hour, feeds and diapers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from care.hour_rules import Kind
from care.hours.standing import standing
from care.models import InfantCare, Observation
from enrollment.models import Infant

from .timeline import Happened, Mark, Timeline, timeline
from .weights import Weight, WeightChart, WeightRow, weight_chart, weight_rows

# A sheet has a day and no time: its weight is drawn at noon.
NOON = time(12)
MARK_OF = {
    Kind.BREAST: Mark.BREAST,
    Kind.EXPRESSED: Mark.MILK,
    Kind.FORMULA: Mark.MILK,
    Kind.WET: Mark.WET,
    Kind.STOOL: Mark.STOOL,
}
MARKS: Sequence[tuple[Mark, Any]] = (
    (Mark.BREAST, _("Breastfed, times")),
    (Mark.MILK, _("Bottles, times")),
    (Mark.WET, _("Wet diapers, times")),
    (Mark.STOOL, _("Stools, times")),
)


@dataclass(frozen=True)
class ShownWeight:
    """A row of the table: ``has_time`` where it was weighed at a time and not only on a day."""

    row: WeightRow
    has_time: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def of_birth_words(self) -> str:
        """The change since birth, in grams and percent, with its sign."""
        return f"{self.row.of_birth:+d} g（{self.row.percent:+}%）"

    @property
    def per_day_words(self) -> str:
        """Grams a day since the one before, with its sign."""
        return f"{self.row.per_day:+d}"


@dataclass(frozen=True)
class BabysCharts:
    """An infant's charts with their tables."""

    infant: Infant
    birth_grams: int | None
    weights: list[ShownWeight]
    weight_chart: WeightChart | None
    timeline: Timeline | None
    marks: Sequence[tuple[Mark, Any]] = MARKS


def charts_of(booking: Booking) -> list[BabysCharts]:
    """Return the charts of each infant of a booking. Three queries."""
    sheets: dict[int, list[tuple[date, int]]] = {}
    rows = InfantCare.objects.filter(record__stay__booking=booking, weight_grams__isnull=False)
    for infant, day, grams in rows.order_by("record__day").values_list("infant", "record__day", "weight_grams"):
        assert grams is not None
        sheets.setdefault(infant, []).append((day, grams))
    noted: dict[int, list[Observation]] = {}
    kinds = [Kind.WEIGHT, *MARK_OF]
    for row in standing().filter(stay__booking=booking, infant__isnull=False, kind__in=kinds).order_by("happened_at"):
        assert row.infant_id is not None
        noted.setdefault(row.infant_id, []).append(row)
    infants = booking.registration.birth.infants.order_by("birth_date", "pk")
    return [_of(infant, sheets.get(infant.pk, []), noted.get(infant.pk, [])) for infant in infants]


def _of(infant: Infant, sheets: Sequence[tuple[date, int]], noted: Sequence[Observation]) -> BabysCharts:
    at_a_time = [
        Weight(timezone.localtime(row.happened_at), int(row.amount))
        for row in noted
        if row.kind == Kind.WEIGHT and row.amount is not None
    ]
    days = {weight.when.date() for weight in at_a_time}
    # What was weighed by the hour makes up the sheet of its day: it is one weight, not two.
    of_days = [
        Weight(timezone.make_aware(datetime.combine(day, NOON)), grams) for day, grams in sheets if day not in days
    ]
    happened = [
        Happened(timezone.localtime(row.happened_at), MARK_OF[Kind(row.kind)], row.amount)
        for row in noted
        if row.kind != Kind.WEIGHT
    ]
    birth_grams = infant.birth_weight_grams
    found = weight_rows([*at_a_time, *of_days], birth_grams)
    timed_moments = {weight.when for weight in at_a_time}
    return BabysCharts(
        infant,
        birth_grams,
        [ShownWeight(row, row.when in timed_moments) for row in found],
        weight_chart(found, birth_grams),
        timeline(happened),
    )
