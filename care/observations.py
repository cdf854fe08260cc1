"""What is plausible of a mother's and an infant's day, and what an assessment proposes. Pure; own ranges (DEFAULT)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

# Outside these a figure is a slip of the finger: 35 kg for 3.5 kg, 73.6 °C for 36.7 °C.
WEIGHT_GRAMS = (500, 15_000)
TEMPERATURE = (Decimal("34.0"), Decimal("42.0"))
MOST_FEEDS = 30
MOST_MILK_ML = 2_000
EPDS_MOST = 30
ITEM_10_MOST = 3


class Lateness(StrEnum):
    """How late a look at a sleeping baby is: one interval after the last look amber, two red and heard (DEFAULT)."""

    IN_TIME = "in_time"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class SleepCheckState:
    """When an infant is to be looked at next (``next_at``), from when on it is heard (``red_at``).

    None both where no interval is set.
    """

    next_at: datetime | None
    overdue: bool
    red_at: datetime | None = None
    lateness: Lateness = Lateness.IN_TIME


def sleep_check(
    last: datetime | None, minutes: int | None, now: datetime, since: datetime | None = None
) -> SleepCheckState:
    """When the next look is due after the last one, by the interval in force; the first one is due at once.

    ``since``: the arrival, from which the first look is counted. Past one interval it is amber, past two red.
    """
    if minutes is None:
        return SleepCheckState(None, overdue=False)
    interval = timedelta(minutes=minutes)
    next_at = last + interval if last else min(since or now, now)
    red_at = (last or next_at) + 2 * interval
    overdue = last is None or next_at < now
    lateness = Lateness.RED if red_at < now else Lateness.AMBER if overdue else Lateness.IN_TIME
    return SleepCheckState(next_at, overdue, red_at, lateness)


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


def temperature_meant(typed: Decimal) -> Decimal | None:
    """Return what was mostly meant by a temperature that cannot be, °C: two digits turned, or no point; else None.

    73.6 is 37.6, 367 is 36.7.
    """
    digits = f"{typed.normalize():f}".replace(".", "")
    for order in (digits, digits[1:2] + digits[:1] + digits[2:]):
        if len(order) == 3 and order.isdigit():
            meant = Decimal(order) / 10
            if TEMPERATURE[0] <= meant <= TEMPERATURE[1]:
                return meant
    return None
