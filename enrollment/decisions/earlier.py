"""A birth that was registered before: how its earlier registrations ended, and how many of its days are used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from enrollment.models import Birth, Registration, TimelineEvent


@dataclass(frozen=True)
class DaysOfBirth:
    """Days of one birth, of services that are counted together. ``limit``: by the limits in force; None = none."""

    services: str
    used: int
    booked: int
    limit: int | None

    @property
    def left(self) -> int | None:
        """How many more may be used; below 0 where more were used than may be."""
        return None if self.limit is None else self.limit - self.used - self.booked

    @property
    def left_to_book(self) -> int | None:
        """How many more can be booked, never below 0."""
        return None if self.left is None else max(self.left, 0)


# Set by the app above (bookings/apps.py): the days of a birth, by the limits in force on a day.
days_of_births: list[Callable[[Birth, date], Sequence[DaysOfBirth]]] = []


@dataclass(frozen=True)
class Earlier:
    """``registrations``: the others of the birth, the newest first. ``before``: what was known, where it differs."""

    registrations: Sequence[Registration]
    days: Sequence[DaysOfBirth]
    before: Mapping[str, Sequence[date]]


def earlier_of(registration: Registration, today: date) -> Earlier:
    """Return what is known of the birth of an application beside the application itself."""
    birth = registration.birth
    others = Registration.objects.filter(birth=birth).exclude(pk=registration.pk).order_by("-applied_at", "-pk")
    days = [row for ask in days_of_births for row in ask(birth, today)]
    return Earlier(list(others), days, _known_before(registration))


def _known_before(registration: Registration) -> dict[str, list[date]]:
    """What the application changed of a birth that was known: days of birth, and the due date."""
    applied = registration.timeline.filter(happening=TimelineEvent.APPLIED).first()
    facts = applied.facts if applied else {}
    born = [date.fromisoformat(day) for day in str(facts.get("born_before", "")).split()]
    due = [date.fromisoformat(day) for day in str(facts.get("due_before", "")).split()]
    birth = registration.birth
    now = sorted(infant.birth_date for infant in birth.infants.all())
    found = {
        "born": born if born and sorted(born) != now else [],
        "due": due if due and due != [birth.due_date] else [],
    }
    return {name: days for name, days in found.items() if days}
