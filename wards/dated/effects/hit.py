"""What a change does to families that are booked already: the bookings that it touches, each with its yen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Yen(StrEnum):
    """What the amounts of an effect are."""

    FEES = "fees"  # what families pay, before coupons
    COUPONS = "coupons"  # what they pay once every coupon that they have left is handed over
    CONTRACT = "contract"  # what the ward pays the facility


@dataclass(frozen=True)
class Hit:
    """One booking that is touched: its days from the first day on, and what they cost before and after, yen.

    Without amounts its days do not fit any more; None beside an amount: nothing is published for one of the days.
    """

    booking: int
    family: int
    days: tuple[date, ...]
    before: int | None = None
    after: int | None = None

    @property
    def difference(self) -> int | None:
        """Yen more (or, below 0, less); None where one of both is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Effect:
    """``looked_at``: how many bookings have days from the first day on. ``yen``: which money differs, if any does."""

    hits: Sequence[Hit]
    looked_at: int
    yen: Yen | None = None

    @property
    def in_yen(self) -> bool:
        return self.yen is not None

    @property
    def families(self) -> int:
        return len({hit.family for hit in self.hits})

    @property
    def total(self) -> int:
        """Yen that all of them together differ by, more or, below 0, less, where both are known."""
        return sum(hit.difference or 0 for hit in self.hits)

    @property
    def not_priced(self) -> int:
        """How many of them could not be charged afterwards: nothing would be published for one of their days."""
        return sum(1 for hit in self.hits if self.in_yen and hit.after is None)
