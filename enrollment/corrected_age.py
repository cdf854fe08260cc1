"""From which day a baby's age is counted: its birth, or the later due date where it was born early (SEED). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

FULL_TERM_DAYS = 259  # 37 weeks 0 days; born before it is preterm (SEED: 未熟児等)
DUE_DATE_DAYS = 280  # the due date is 40 weeks 0 days
ONE_BIRTH_DAYS = 2  # twins may be born on both sides of midnight and are still one birth (DEFAULT)


@dataclass(frozen=True)
class InfantFacts:
    """An infant. For a pregnancy give the due date as the date of birth.

    ``gestation_days``: length of the pregnancy at birth, in days; unknown, it is taken from the due date.
    ``rolls_over``: actively, by the last day used at the latest.
    """

    birth_date: date
    due_date: date | None = None
    gestation_days: int | None = None
    long_hospital_stay: bool = False
    rolls_over: bool = False

    @property
    def is_corrected(self) -> bool:
        """Born preterm or kept in hospital longer than usual: the due date counts where it is later (SEED)."""
        if self.long_hospital_stay:
            return True
        gestation = self.gestation_days
        if gestation is None and self.due_date is not None:
            gestation = DUE_DATE_DAYS - (self.due_date - self.birth_date).days
        return gestation is not None and gestation < FULL_TERM_DAYS

    @property
    def counted_from(self) -> date:
        """The day that the age is counted from: birth, or the later due date where the age is corrected."""
        if self.is_corrected and self.due_date is not None:
            return max(self.birth_date, self.due_date)
        return self.birth_date


def births(infants: Sequence[InfantFacts]) -> list[list[InfantFacts]]:
    """Return the infants by birth: those born within two days of its first are of one."""
    found: list[list[InfantFacts]] = []
    for infant in sorted(infants, key=lambda infant: infant.birth_date):
        if found and (infant.birth_date - found[-1][0].birth_date).days <= ONE_BIRTH_DAYS:
            found[-1].append(infant)
        else:
            found.append([infant])
    return found


def last_born(birth: Sequence[InfantFacts]) -> date:
    """Return the day on which the last of one birth was born."""
    return max(infant.birth_date for infant in birth)


def counted_from(birth: Sequence[InfantFacts]) -> date:
    """Return the day that the age of one birth is counted from.

    For twins born together the window is the same (SEED): the one that ends last. Born on both sides of
    midnight, both are counted from the later day; where one was kept in hospital, its correction holds for both.
    """
    return max(infant.counted_from for infant in birth)


def is_corrected(birth: Sequence[InfantFacts]) -> bool:
    """Tell whether the age of one birth is counted from a later day than that of birth."""
    return counted_from(birth) > last_born(birth)
