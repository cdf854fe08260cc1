"""Whether something near a look explains it: what happened around its family, or stands open of it. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta

# So long before a look, and so long after it, something that happened explains it (own default, docs/rules.md).
BEFORE = timedelta(days=14)
AFTER = timedelta(days=7)


def is_explained(day: date, happened: Sequence[date], *, open_since: date | None) -> bool:
    """Tell whether a look on a day is explained. ``happened``: the days on which something was, in order.

    ``open_since``: since when something stands open; what began long after the look does not explain it.
    """
    if open_since is not None and open_since <= day + AFTER:
        return True
    at = bisect_left(happened, day - BEFORE)
    return at < len(happened) and happened[at] <= day + AFTER
