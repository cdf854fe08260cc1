"""秘匿: small counts in tables about families, so that no person is recognised. Pure (own rule, DEFAULT).

A count of 1 or 2 is not shown, and with it as many of its neighbours as keep it from being worked out: from the total,
from what is hidden and what is not, or by who knows this rule. All that is hidden looks alike. Of a year that is still
running, what is shown is rounded: two stands of it give no small number by their difference.
"""

from collections.abc import Collection, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Other = TypeVar("Other")

SMALL = (1, 2)
HIDDEN = "x"
STEP = 5
# From here on a neighbour can stand for one more as well as for one less and still not be small.
ROOM = 4


def is_small(count: int) -> bool:
    """Tell whether a count says something of single families."""
    return count in SMALL


def masked(count: int) -> int | str:
    """Return what is shown of one count that stands alone."""
    return HIDDEN if is_small(count) else count


def hidden_in(counts: Mapping[Key, int], also: Collection[Key] = ()) -> frozenset[Key]:
    """Return which of the counts that add up to a total are hidden; ``also``: those that are hidden elsewhere.

    Hidden are the small ones; then the next smallest, until each could be another number; where no number is left for
    that, all of them, the empty ones too.
    """
    hidden = {key for key, count in counts.items() if is_small(count)} | (set(also) & set(counts))
    if not hidden:
        return frozenset()
    if max(counts.values()) <= max(SMALL):
        return frozenset(counts)
    others = sorted({count for key, count in counts.items() if count and key not in hidden})
    while not _is_safe([counts[key] for key in hidden]):
        if not others:
            return frozenset(counts)
        # Equal ones together: which of them is hidden would tell something.
        next_smallest = others.pop(0)
        hidden |= {key for key, count in counts.items() if count == next_smallest}
    return frozenset(hidden)


def hidden_in_both(
    first: Mapping[Key, int], second: Mapping[Other, int], shared: tuple[Key, Other]
) -> tuple[frozenset[Key], frozenset[Other]]:
    """Return which counts of two tables of one total are hidden, of which a cell stands in both.

    ``shared``: its keys in both. Hidden in one, it is hidden in the other, with a partner there.
    """
    hidden, hidden_there = hidden_in(first), hidden_in(second)
    if shared[0] in hidden or shared[1] in hidden_there:
        return hidden_in(first, [shared[0]]), hidden_in(second, [shared[1]])
    return hidden, hidden_there


def masked_group(counts: Mapping[Key, int], also: Collection[Key] = ()) -> dict[Key, int | str]:
    """Return what is shown of counts that add up to a total which is shown beside them."""
    hidden = hidden_in(counts, also)
    return {key: HIDDEN if key in hidden else count for key, count in counts.items()}


def share_tells(part: int, whole: int) -> bool:
    """Tell whether a percentage says of how few the rest or the part is."""
    return any(is_small(count) for count in (part, whole - part, whole))


def rounded(shown: int | str) -> int | str:
    """Return what is shown of a count of a year that is running: to the nearest five, nothing as nothing."""
    if isinstance(shown, str) or shown == 0:
        return shown
    return max(STEP, (2 * shown + STEP) // (2 * STEP) * STEP)


def _is_safe(values: list[int]) -> bool:
    """Tell whether hidden counts of a known sum could each be another one.

    They must differ, so that who knows the rule cannot tell which is which; and also for who knows which are the
    small ones, each of these must have room to be 1 and to be 2.
    """
    small = {value for value in values if is_small(value)}
    if not small:
        return len(values) > 1
    partners = [value for value in values if value > max(SMALL)]
    if len(set(values)) < 2:
        return False
    if len(small) == 2:
        return True
    return bool(partners) and (1 not in small or max(partners) >= ROOM)
