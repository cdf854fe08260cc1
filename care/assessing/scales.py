"""What scores a questionnaire can have, and which of them propose a follow-up request. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scale:
    """A sheet: ``items`` of them, each from 0 to ``item_most``. Thresholds: of the total, and of items by number."""

    items: int
    item_most: int
    proposes_from: int | None = None
    proposing: Mapping[int, int] = field(default_factory=dict)

    @property
    def most(self) -> int:
        """The highest total."""
        return self.items * self.item_most


@dataclass(frozen=True)
class Why:
    """What proposes a follow-up request: the total (``item`` None) or an item, from which score on."""

    item: int | None
    threshold: int


# Okano and others 1996: 9 or more; anything on item 10 at once.
EPDS = Scale(10, 3, 9, {10: 1})


def scale_of(items: int, item_most: int, proposes_from: int | None, proposing_items: str) -> Scale:
    """Return the scale of a row; ``proposing_items`` as written: item:score with commas between, such as 3:2,5:1."""
    pairs = (one.split(":") for one in proposing_items.split(",") if one)
    return Scale(items, item_most, proposes_from, {int(number): int(score) for number, score in pairs})


def why_proposed(scale: Scale, total: int, scores: Mapping[int, int]) -> list[Why]:
    """Return what proposes a follow-up request, nothing where nothing does; a person decides.

    ``scores``: of items by number, as far as they stood out. Raises ValueError for what the sheet does not have: an
    item or a score that is not on it, a total above the highest or below its items.
    """
    known = all(1 <= item <= scale.items and 0 <= score <= scale.item_most for item, score in scores.items())
    if not known or not sum(scores.values()) <= total <= scale.most:
        raise ValueError("no such scores")
    found = (
        [Why(None, scale.proposes_from)] if scale.proposes_from is not None and total >= scale.proposes_from else []
    )
    return found + [
        Why(item, threshold) for item, threshold in sorted(scale.proposing.items()) if scores.get(item, 0) >= threshold
    ]
