"""What is plausible of a mother's and an infant's day, and what an assessment proposes. Pure; own ranges (DEFAULT)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

# Outside these a figure is a slip of the finger: 35 kg for 3.5 kg, 73.6 °C for 36.7 °C.
WEIGHT_GRAMS = (500, 15_000)
TEMPERATURE = (Decimal("34.0"), Decimal("42.0"))
MOST_FEEDS = 30
EPDS_MOST = 30
ITEM_10_MOST = 3
# 9 or more, or anything on item 10, proposes a referral (SEED; Okano and others 1996).
EPDS_PROPOSES_FROM = 9
ITEM_10_PROPOSES_FROM = 1


@dataclass(frozen=True)
class SleepCheckState:
    """When an infant's sleeping position is to be looked at next; None where no interval is set."""

    next_at: datetime | None
    overdue: bool


def proposes_referral(total: int, item_10: int) -> bool:
    """Whether the scores of an EPDS propose a follow-up referral; a person decides.

    Raises ValueError for scores that the scale does not have (0–30, item 10 0–3, the item within the total).
    """
    if not (0 <= item_10 <= ITEM_10_MOST and item_10 <= total <= EPDS_MOST):
        raise ValueError("no such scores")
    return total >= EPDS_PROPOSES_FROM or item_10 >= ITEM_10_PROPOSES_FROM


def sleep_check(last: datetime | None, minutes: int | None, now: datetime) -> SleepCheckState:
    """When the next look is due after the last one, by the interval in force; the first one is due at once."""
    if minutes is None:
        return SleepCheckState(None, overdue=False)
    next_at = last + timedelta(minutes=minutes) if last else now
    return SleepCheckState(next_at, overdue=last is None or next_at < now)


def is_fever(temperature: Decimal | None, fever_from: Decimal | None) -> bool:
    """Whether the temperature is a fever by the policy in force; without a policy nothing is called one."""
    return temperature is not None and fever_from is not None and temperature >= fever_from


class Openness(StrEnum):
    """What a facility can still write of a stay."""

    OPEN = "open"
    CORRECTIONS = "corrections"
    CLOSED = "closed"


def openness(
    ended_on: date | None, today: date, *, records_days: int | None, corrections_days: int | None
) -> Openness:
    """What can still be written of a stay that ended on the day (None: it has not), by a policy's days after it.

    What is missing for ``records_days``, corrections with a reason for ``corrections_days``, then nothing. None: no
    end.
    """
    if ended_on is None:
        return Openness.OPEN
    days = (today - ended_on).days
    if corrections_days is not None and days > corrections_days:
        return Openness.CLOSED
    return Openness.CORRECTIONS if records_days is not None and days > records_days else Openness.OPEN
