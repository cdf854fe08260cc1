"""What a letter says that apps above know: what a day costs the family, and how many days it may use.

Each is taken down when the letter is issued, so that later tariffs and limits do not change it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from enrollment.models import Birth, Family
from facilities.models import Service


@dataclass(frozen=True)
class CostOfDay:
    """What a day or a visit costs the family, yen; None where the amount is not published.

    ``amount``: mother and all her infants of this birth, ``infants`` of them (1 before the birth); ``sibling``: the
    older child beside them.
    """

    amount: int | None
    infants: int
    sibling: int | None = None


@dataclass(frozen=True)
class LimitOfBirth:
    """How many days a birth may use of services counted together. ``services``: their name in English, as its key."""

    services: str
    days: int


# Set by the apps above (billing/apps.py, bookings/apps.py). By the slug of a service; nothing without a tax class.
costs_of_day: list[Callable[[Family, Collection[Service], date, int], Mapping[str, CostOfDay]]] = []
limits_of_birth: list[Callable[[Birth, date], Collection[LimitOfBirth]]] = []
