"""順番: who that waits can have what came free. Pure; asked when places are passed on, and by a replay."""

from collections.abc import Collection
from datetime import date


def can_be_offered(days: Collection[date], *, free: Collection[date], given_by_lot: Collection[date]) -> bool:
    """Tell whether all days waited for are free together, and none of them is given by a draw to come."""
    return all(day in free and day not in given_by_lot for day in days)
