"""When two entries are of one birth. Pure.

A birth is one birth however often it is registered: its days are counted once (SEED: 7 family-days a birth).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

# 22 weeks: no child lives that was born earlier (NATION: Maternal Protection Act, notice of 1990), so no mother has
# two births nearer to each other.
LEAST_DAYS_APART = 154

# Of two entries that may be one family births so near are taken for one: a due date and the birth at full term, or a
# due date put right. Nearer than LEAST_DAYS_APART is one birth only where the mother is one (DEFAULT).
PROPOSED_WITHIN_DAYS = 21


@dataclass(frozen=True)
class BirthDays:
    """What is known of a birth. ``born``: the infants' days of birth; none before they are born."""

    due_date: date | None = None
    born: Collection[date] = ()


def is_one_birth(one: BirthDays, other: BirthDays) -> bool:
    """Tell whether both are the same birth of one mother.

    Days of birth count before due dates, a due date of one is compared with a birth of the other. What is not known
    agrees with nothing.
    """
    if one.born and other.born:
        return _near(one.born, other.born)
    if one.due_date and other.due_date:
        return _near([one.due_date], [other.due_date])
    return _near(_known(one), _known(other))


def may_be_one_birth(one: BirthDays, other: BirthDays) -> bool:
    """Tell whether two entries, of mothers who may be one, may be of one birth: by nearness of what is known."""
    days = [[*birth.born, *([birth.due_date] if birth.due_date else [])] for birth in (one, other)]
    return any(abs((day - other_day).days) <= PROPOSED_WITHIN_DAYS for day in days[0] for other_day in days[1])


def _known(days: BirthDays) -> Collection[date]:
    return days.born or ([days.due_date] if days.due_date else [])


def _near(some: Iterable[date], others: Collection[date]) -> bool:
    return any(abs((day - other).days) < LEAST_DAYS_APART for day in some for other in others)
