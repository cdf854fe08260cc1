"""What two stated days say of each other: what cannot be, and what is asked again. Pure.

The limits are our own defaults: by them nothing is refused that a doctor may write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from enrollment.age import last_day_under
from enrollment.corrected_age import DUE_DATE_DAYS, ONE_BIRTH_DAYS, InfantFacts
from enrollment.eligibility import Fact, Facts

# 20 to 44 weeks.
GESTATION_DAYS = range(140, 309)
# The weeks in the handbook are counted by the due date; a due date put right later moves by days.
DUE_DATE_SLACK_DAYS = 14
# Nobody rolls over actively before two months.
ROLLS_OVER_FROM_DAYS = 60


class Doubt(StrEnum):
    """What is asked again: it may be, and mostly is a slip."""

    WEEKS_AGAINST_DUE_DATE = "weeks_against_due_date"
    TOO_OLD = "too_old"
    ROLLS_OVER_EARLY = "rolls_over_early"


@dataclass(frozen=True)
class Doubtful:
    """A doubt about the field of the infant of this number, with the facts for its sentence."""

    infant: int
    about: str
    doubt: Doubt
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class InfantDays:
    """What is stated of one infant; ``gestation_days`` at birth."""

    birth_date: date
    gestation_days: int | None = None
    long_hospital_stay: bool = False
    rolls_over_since: date | None = None


def gestation_by(due_date: date, birth_date: date) -> int:
    """Return how many days the pregnancy lasted, by its due date."""
    return DUE_DATE_DAYS - (due_date - birth_date).days


def due_date_fits(due_date: date, birth_date: date) -> bool:
    """Tell whether a baby with this due date can have been born on the day."""
    return gestation_by(due_date, birth_date) in GESTATION_DAYS


def born_apart(births: Sequence[date]) -> int | None:
    """Return the number of the first baby that cannot be of one birth with one before it; None where all can.

    Babies of one birth are born within ``ONE_BIRTH_DAYS``.
    """
    for number, day in enumerate(births):
        if any(abs((day - other).days) > ONE_BIRTH_DAYS for other in births[:number]):
            return number
    return None


def doubts_about(
    infants: Sequence[InfantDays], due_date: date | None, today: date, *, oldest_months: int | None = None
) -> list[Doubtful]:
    """Return what is asked again before it is believed. ``oldest_months``: the age limit of the service that goes on
    longest; None: nothing is said of the age.
    """
    return list(_doubts(infants, due_date, today, oldest_months))


def _doubts(
    infants: Sequence[InfantDays], due_date: date | None, today: date, oldest_months: int | None
) -> Iterator[Doubtful]:
    for number, infant in enumerate(infants):
        born, stated = infant.birth_date, infant.gestation_days
        if due_date and stated is not None:
            by_due_date = gestation_by(due_date, born)
            if abs(by_due_date - stated) > DUE_DATE_SLACK_DAYS:
                facts: dict[str, Fact] = {"stated": stated // 7, "weeks": by_due_date // 7, "days": by_due_date % 7}
                yield Doubtful(number, "gestation_days", Doubt.WEEKS_AGAINST_DUE_DATE, facts)
        if oldest_months is not None and (last := _last_day(infant, due_date, oldest_months)) < today:
            yield Doubtful(number, "birth_date", Doubt.TOO_OLD, {"birth_date": born, "day": last})
        if infant.rolls_over_since and (infant.rolls_over_since - born).days < ROLLS_OVER_FROM_DAYS:
            yield Doubtful(number, "rolls_over_since", Doubt.ROLLS_OVER_EARLY)


def _last_day(infant: InfantDays, due_date: date | None, months: int) -> date:
    facts = InfantFacts(infant.birth_date, due_date, infant.gestation_days, infant.long_hospital_stay)
    return last_day_under(facts.counted_from, months)
