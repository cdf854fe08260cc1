"""Occupancy, and why a published one cannot always be met. Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

TENTH = Decimal("0.1")


def occupancy_percent(used_days: int, slot_days: int) -> Decimal | None:
    """Return used family-days / slot-days (稼働率) in percent, rounded half up to one decimal; None without slots."""
    if slot_days <= 0:
        return None
    return (Decimal(used_days) * 100 / Decimal(slot_days)).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Neighbours:
    """The two occupancies that whole slot-days give on either side of a published one that none gives."""

    slot_days: int
    percent: Decimal
    slot_days_next: int
    percent_next: Decimal


def unreachable(used_days: int, published: Decimal) -> Neighbours | None:
    """Return the neighbours where no whole number of slot-days gives the published percent, else None.

    245 days at 75.1 %: 326 slot-days give 75.2 and 327 give 74.9 (docs/domain.md, Mama's Room 2020).
    """
    if used_days <= 0 or published <= 0:
        return None
    near = int(Decimal(used_days) * 100 / published)
    candidates = [(slots, occupancy_percent(used_days, slots)) for slots in range(max(near - 2, 1), near + 4)]
    if any(percent == published for _, percent in candidates):
        return None
    for (slots, percent), (slots_next, percent_next) in pairwise(candidates):
        if percent is not None and percent_next is not None and percent > published > percent_next:
            return Neighbours(slots, percent, slots_next, percent_next)
    return None
