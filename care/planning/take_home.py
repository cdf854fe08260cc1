"""お持ち帰り: what a mother takes home of a stay or visit: how it went, her aims, next steps, whom to call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.models import Booking
from care.models import AimOutcome, InfantCare, VisitRecord
from enrollment.hard_news.note import open_news
from enrollment.help_queries import ShownLine, lines_to_call

from .plan_queries import plan_of


@dataclass(frozen=True)
class InfantSeen:
    """What was weighed of one infant. ``gain``: grams from the first to the last time, over ``days``."""

    name: str
    weights: Sequence[tuple[date, int]]

    @property
    def in_words(self) -> str:
        """The last weight, and how it changed since the first."""
        first_day, first = self.weights[0]
        last_day, last = self.weights[-1]
        words = _("%(weight)s g on %(day)s") % {
            "weight": f"{last:,}",
            "day": date_format(last_day, "MONTH_DAY_FORMAT"),
        }
        days = (last_day - first_day).days
        if not days:
            return words
        gained = ngettext("%(gain)s g in %(days)d day", "%(gain)s g in %(days)d days", days)
        return _("%(weight)s (%(gain)s)") % {
            "weight": words,
            "gain": gained % {"gain": f"{last - first:+,}", "days": days},
        }


@dataclass(frozen=True)
class TakeHome:
    """What she takes home, in the language of the page; what a midwife wrote stays as she wrote it."""

    words: Sequence[str]
    aims: Sequence[tuple[str, str]]
    infants: Sequence[InfantSeen]
    next_steps: Sequence[str]
    lines: Sequence[ShownLine]


def take_home_of(booking: Booking, at: datetime, today: date) -> TakeHome:
    """Return what a family takes home of a booking whose stay has begun; what is only for the house is not in it.

    Seven queries.
    """
    stay = getattr(booking, "stay", None)
    plan = plan_of(booking, today)
    advice = VisitRecord.objects.filter(booked_day__booking=booking).order_by("began_at")
    said = [stay.summary if stay else "", *advice.values_list("advice", flat=True)]
    return TakeHome(
        words=[one for one in said if one.strip()],
        aims=[
            (str(row.aim), row.aim.get_outcome_display()) for row in plan.aims if row.aim.outcome != AimOutcome.DROPPED
        ],
        infants=_weighed(booking),
        next_steps=[str(step) for step in plan.next_steps],
        lines=lines_to_call(at, after_hard_news=open_news(booking.registration.birth.family) is not None),
    )


def _weighed(booking: Booking) -> list[InfantSeen]:
    rows = InfantCare.objects.filter(record__stay__booking=booking, weight_grams__isnull=False)
    weights: dict[int, list[tuple[date, int]]] = {}
    names: dict[int, str] = {}
    for row in rows.select_related("infant", "record").order_by("infant", "record__day"):
        assert row.weight_grams is not None
        weights.setdefault(row.infant_id, []).append((row.record.day, row.weight_grams))
        names[row.infant_id] = row.infant.name
    return [InfantSeen(names[infant], seen) for infant, seen in weights.items()]
