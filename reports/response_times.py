"""How soon referrals were received, in the ward's working time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

# Of fewer the median and the slowest tenth say something of single families (own rule, DEFAULT).
FEWEST = 3
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class ResponseTimes:
    """``within_percent``: of those received, the share within the time due. Hours of working time, to a tenth."""

    received: int
    within: int
    median_hours: Decimal | None
    p90_hours: Decimal | None

    @property
    def within_percent(self) -> Decimal | None:
        if self.received < FEWEST:
            return None
        return (Decimal(100 * self.within) / self.received).quantize(TENTH, ROUND_HALF_UP)


def response_times(waits: Sequence[timedelta], within: int) -> ResponseTimes:
    """Return the figures of the working time that each referral waited; ``within``: how many not longer than due.

    Percentiles by nearest rank (DEFAULT): the shortest wait that so many percent did not exceed. None of fewer than
    three.
    """
    if len(waits) < FEWEST:
        return ResponseTimes(len(waits), within, None, None)
    ordered = sorted(waits)
    return ResponseTimes(len(waits), within, _hours(nearest_rank(ordered, 50)), _hours(nearest_rank(ordered, 90)))


def nearest_rank(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """Return the value at the percentile of an ordered list that is not empty."""
    return ordered[max(ceil(len(ordered) * percent / 100), 1) - 1]


def _hours(wait: timedelta) -> Decimal:
    return (Decimal(int(wait.total_seconds())) / 3600).quantize(TENTH, ROUND_HALF_UP)
