"""Which district an address belongs to. 59 of the ward's 61 towns lie in one; two are split by chome and block.

Pure: the areas of one town come in as values.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Area:
    """The part of a town that belongs to one district; bounds inclusive, None = the whole town, the whole chome."""

    district: str
    chome_from: int | None = None
    chome_to: int | None = None
    block_from: int | None = None
    block_to: int | None = None

    def covers(self, chome: int | None, block: int | None) -> bool:
        """Tell whether the address lies in the area; what is not given lies in no part that asks for it."""
        return _within(chome, self.chome_from, self.chome_to) and _within(block, self.block_from, self.block_to)


class DistrictUnclear(ValueError):
    """The district does not follow from what was given; ``code``: chome_needed, block_needed or no_such_address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def district_of(areas: Sequence[Area], chome: int | None, block: int | None) -> str:
    """Return the district of an address in the town whose areas are given. Raises ``DistrictUnclear``."""
    found = {area.district for area in areas if area.covers(chome, block)}
    if len(found) == 1:
        return found.pop()
    if chome is None and any(area.chome_from is not None for area in areas):
        raise DistrictUnclear("chome_needed")
    if block is None and any(
        area.block_from is not None and _within(chome, area.chome_from, area.chome_to) for area in areas
    ):
        raise DistrictUnclear("block_needed")
    raise DistrictUnclear("no_such_address")


def _within(number: int | None, first: int | None, last: int | None) -> bool:
    if first is None:
        return True
    return number is not None and first <= number and (last is None or number <= last)
