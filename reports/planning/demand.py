"""需要: what families asked for, in order of time, as a replay takes it. Pure values; nothing of a person but numbers.

``Household.key`` numbers the registrations of one replay; ``family`` and ``birth`` tell which of them are one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bookings.draws.draw import Wish
from bookings.draws.tickets import Standing, Weights
from bookings.places.limits import BookedDay
from enrollment.eligibility import Application


@dataclass(frozen=True)
class Household:
    """A registration. ``applications``: its facts as the rules take them, each from the last day used on which it
    holds (a baby that begins to roll over), in order. ``days_before``: days that it holds by what is not replayed.
    ``traits``: by which gains and losses are counted.
    """

    key: int
    family: int
    birth: int
    district: str
    applications: Sequence[tuple[date, Application]]
    days_before: Sequence[BookedDay] = ()
    traits: Mapping[str, str] = field(default_factory=dict)

    def facts_on(self, last_day: date) -> Application:
        """Return the facts that count for a use that ends on the day."""
        return next(facts for first, facts in reversed(self.applications) if first <= last_day)


@dataclass(frozen=True)
class Afterwards:
    """What became of days that were given: which were given back when, or all of them at once."""

    days: Mapping[date, datetime] = field(default_factory=dict)
    all_at: datetime | None = None

    def given_back_at(self, day: date) -> datetime | None:
        """Return when the day was given back; None where it was kept."""
        return self.days.get(day, self.all_at)


KEPT = Afterwards()


@dataclass(frozen=True)
class Ask:
    """Days of a service asked for at a moment, first come. ``sibling_born``: of the elder child that comes along."""

    at: datetime
    household: int
    service: str
    days: tuple[date, ...]
    sibling_born: date | None = None
    afterwards: Afterwards = KEPT


@dataclass(frozen=True)
class Wait(Ask):
    """Days waited for since a moment, until ``left_at`` (None: until they begin)."""

    left_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """A wish in a draw. ``order``: its place in the order that was drawn; None where the draw left it out."""

    household: int
    wish: Wish
    entered_at: datetime
    standing: Standing = field(default_factory=Standing)
    order: int | None = None
    stays_in_line: bool = True
    left_at: datetime | None = None
    sibling_born: date | None = None
    afterwards: Afterwards = KEPT


@dataclass(frozen=True)
class Round:
    """A draw that took place at a moment. ``weights``: what counted in it."""

    at: datetime
    pool: int
    days: tuple[date, ...]
    entries: Sequence[Entry]
    weights: Weights
    mechanism: str = "serial"
    set_aside_percent: int = 0


@dataclass(frozen=True)
class Demand:
    """Everything that was asked for of the days of a period."""

    households: Mapping[int, Household]
    asks: Sequence[Ask] = ()
    waits: Sequence[Wait] = ()
    rounds: Sequence[Round] = ()
