"""What is shown of counts of families by a trait: small ones hidden, those of a running year rounded. Pure.

A running year is counted to the end of the last finished month, so that it changes once a month.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from reports.small_cells import HIDDEN, masked, masked_group, rounded

Key = TypeVar("Key")
Shown = int | str


def finished_until(today: date) -> date:
    """Return the last day of the last finished month."""
    return today.replace(day=1) - timedelta(days=1)


def parts_and_total(counts: Mapping[Key, int], *, running: bool) -> tuple[dict[Key, Shown], Shown]:
    """Return what is shown of counts that add up, and of their total."""
    parts, total = masked_group(counts), masked(sum(counts.values()))
    if not running:
        return parts, total
    return {key: rounded(count) for key, count in parts.items()}, rounded(total)


def part_of(part: int, whole: int, *, running: bool) -> Shown:
    """Return what is shown of a part beside its whole: neither the part nor the rest may be small."""
    shown = masked_group({"part": part, "rest": whole - part})["part"]
    return rounded(shown) if running else shown


def days_beside(days: int, families: Shown, *, running: bool) -> Shown:
    """Return what is shown of the days of some families: none where the families are hidden."""
    if isinstance(families, str):
        return HIDDEN
    return rounded(masked(days)) if running else masked(days)
