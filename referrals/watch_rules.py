"""見守りリスト: which families a district should look after this week, judged from dated facts. Pure.

How many and how long is the ward's dated policy (WatchPolicy): without one nothing is judged at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Sign(StrEnum):
    """What is a sign, the weightiest first."""

    WINDOW_ENDS = "window_ends"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    OFFER_LAPSED = "offer_lapsed"


@dataclass(frozen=True)
class Limits:
    """The policy in force. ``window_days``: so many days to the age limit are near; the others look back
    ``look_back_days`` and count from so many on. 0 switches a sign off.
    """

    window_days: int
    look_back_days: int
    no_shows: int
    cancellations: int
    lapsed_offers: int


@dataclass(frozen=True)
class Known:
    """What the records say of one family. ``usable_until``: the last day by age of what it is registered for.

    ``no_shows`` and ``cancellations``: the first day of each booking that the family did not come to, or gave back;
    ``lapsed_offers``: the day on which each place held for it went on unanswered.
    """

    usable_until: date | None = None
    has_place: bool = False
    no_shows: tuple[date, ...] = ()
    cancellations: tuple[date, ...] = ()
    lapsed_offers: tuple[date, ...] = ()


@dataclass(frozen=True)
class Reason:
    """A sign and the days that it rests on, in order."""

    sign: Sign
    days: tuple[date, ...]


def reasons(known: Known, limits: Limits, today: date) -> tuple[Reason, ...]:
    """Return why the family is on the list, each with its days, the weightiest first; nothing: it is not on it."""
    found = []
    if _window_ends(known, limits, today):
        assert known.usable_until is not None  # what ends has a day
        found.append(Reason(Sign.WINDOW_ENDS, (known.usable_until,)))
    counted = (
        (Sign.NO_SHOW, known.no_shows, limits.no_shows),
        (Sign.CANCELLED, known.cancellations, limits.cancellations),
        (Sign.OFFER_LAPSED, known.lapsed_offers, limits.lapsed_offers),
    )
    for sign, days, enough in counted:
        recent = _since(days, today - timedelta(days=limits.look_back_days))
        if enough and len(recent) >= enough:
            found.append(Reason(sign, recent))
    return tuple(found)


def place_on_list(found: tuple[Reason, ...]) -> tuple[int, date, int]:
    """Return what a row is sorted by: the weightiest sign, the nearest age limit, then the number of signs."""
    first = found[0]
    weight = list(Sign).index(first.sign)
    until = first.days[0] if first.sign is Sign.WINDOW_ENDS else date.max
    return weight, until, -sum(len(reason.days) for reason in found)


def _window_ends(known: Known, limits: Limits, today: date) -> bool:
    if not limits.window_days or known.has_place or known.usable_until is None:
        return False
    return today <= known.usable_until <= today + timedelta(days=limits.window_days)


def _since(days: Iterable[date], first: date) -> tuple[date, ...]:
    return tuple(sorted(day for day in days if day >= first))
