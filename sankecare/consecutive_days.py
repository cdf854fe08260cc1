"""Days on end: pure, for rules and words alike."""

from collections.abc import Iterable
from datetime import date, timedelta


def consecutive_days(days: Iterable[date]) -> list[list[date]]:
    """Return the days in order, cut into runs without a gap; a day that is named twice counts once."""
    runs: list[list[date]] = []
    for day in sorted(set(days)):
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
