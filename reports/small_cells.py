"""秘匿: small counts in tables about families, so that no person is recognised. Pure (own rule, DEFAULT).

A count of 1 or 2 is shown as 「1〜2」. Where a group shows its total and only one of its cells is small, the next
smallest cell is not shown either: else the small one could be worked out.
"""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")

SMALL = (1, 2)
SHOWN_SMALL = "1〜2"
NOT_SHOWN = "x"


def masked(count: int) -> int | str:
    """Return what is shown of one count that stands alone."""
    return SHOWN_SMALL if count in SMALL else count


def masked_group(counts: Mapping[Key, int]) -> dict[Key, int | str]:
    """Return what is shown of counts that add up to a total which is shown beside them."""
    shown: dict[Key, int | str] = {key: masked(count) for key, count in counts.items()}
    hidden = [key for key, count in counts.items() if count in SMALL]
    others = [key for key, count in counts.items() if count > max(SMALL)]
    if len(hidden) == 1 and others:
        shown[min(others, key=lambda key: counts[key])] = NOT_SHOWN
    return shown
