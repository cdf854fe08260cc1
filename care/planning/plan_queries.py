"""What stands in the care plan of a stay. A fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bookings.models import Booking
from care.models import AimLook, NextStep, PhraseKind, PlanAim, PlanPhrase


@dataclass(frozen=True)
class ShownAim:
    """An aim with its looks by day; ``today``: the look of the day that is shown, or None."""

    aim: PlanAim
    looks: Sequence[AimLook]
    today: AimLook | None


@dataclass(frozen=True)
class Plan:
    """The plan of a stay. ``to_look_at``: how many open aims nobody has looked at on the day."""

    aims: Sequence[ShownAim]
    next_steps: Sequence[NextStep]

    @property
    def open_aims(self) -> list[ShownAim]:
        """Those that are not closed."""
        return [row for row in self.aims if not row.aim.outcome]

    @property
    def to_look_at(self) -> int:
        return sum(row.today is None for row in self.open_aims)


def plan_of(booking: Booking, day: date) -> Plan:
    """Return the plan of a booking's stay as of a day; empty before the arrival. Three queries."""
    rows = PlanAim.objects.filter(stay__booking=booking).select_related("phrase")
    aims = list(rows.prefetch_related("looks__recorded_by"))
    shown = [
        ShownAim(aim, looks, next((look for look in looks if look.day == day), None))
        for aim in aims
        for looks in [list(aim.looks.all())]
    ]
    return Plan(shown, list(NextStep.objects.filter(stay__booking=booking).select_related("phrase")))


def phrases_on(kind: PhraseKind, day: date) -> list[PlanPhrase]:
    """Return the phrases that can be chosen on the day, in order. One query."""
    return list(PlanPhrase.objects.filter(kind=kind, period__contains=day))
