"""集計: of a replay, which days of whom were asked for, given and not given. Pure; a day of a family counts once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from .demand import Household
from .places import Why

Key = tuple[int, date]


@dataclass
class Tally:
    """By household and day. ``asked``: at which service first; ``met``: that day, or another instead of it.

    ``refused``: not for want of a place, but by a rule or because the house is closed.
    """

    asked: dict[Key, str] = field(default_factory=dict)
    met: set[Key] = field(default_factory=set)
    refused: dict[Key, Why] = field(default_factory=dict)

    def asks(self, household: Household, service: str, days: Sequence[date]) -> None:
        """Note that the days were asked for."""
        for day in days:
            self.asked.setdefault((household.key, day), service)

    def refuses(self, household: Household, days: Sequence[date], why: Why) -> None:
        """Note that a rule, not the places, stood against the days."""
        for day in days:
            self.refused.setdefault((household.key, day), why)

    def gives(self, household: Household, wanted: Sequence[date], given: Sequence[date]) -> None:
        """Note which of the days wanted are met: the same ones, and by each other day one of those that are left."""
        same = [day for day in wanted if day in given]
        instead = [day for day in wanted if day not in given][: len(given) - len(same)]
        self.met |= {(household.key, day) for day in [*same, *instead]}

    @property
    def unmet(self) -> dict[Key, str]:
        """The days asked for that nobody could be given for want of a place, with the service first asked at."""
        return {key: service for key, service in self.asked.items() if key not in self.met and key not in self.refused}
