"""当たりやすさを試す希望: which wishes are tried in a round, and under which name their odds are kept. Pure.

Every run of days in a row of every service, whole or with fewer days; where rooms for elder children are few, with
the elder child and with it or else without. Nothing of a family is in a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise

from .draw import Choice, Room, Stretch, Wish

LONGEST_TRIED = 7


class Company(StrEnum):
    """Who comes along: nobody, the elder child, or the elder child where there is a room for it."""

    ALONE = "alone"
    WITH = "with"
    ELSE_WITHOUT = "else"


@dataclass(frozen=True)
class Tried:
    """A wish as it is tried. ``fewer``: one day in a row of it is enough."""

    service: str
    first: date
    length: int
    company: Company = Company.ALONE
    fewer: bool = False

    @property
    def name(self) -> str:
        """The name under which its odds are kept."""
        return f"{self.service} {self.first.isoformat()} {self.length} {self.company.value} {int(self.fewer)}"


def tried_wishes(rooms: Mapping[date, Room], services: Sequence[str]) -> list[Wish]:
    """Return the wishes that are tried, each with the sign under which its odds are kept; one ticket each."""
    are_few = any(room.for_siblings is not None for room in rooms.values())
    companies = list(Company) if are_few else [Company.ALONE]
    return [
        _as_company(Wish(tried.name, (Choice(service, days),), 1 if fewer else None), company)
        for service in services
        for days in _runs([day for day in sorted(rooms) if service not in rooms[day].closed_to])
        for company in companies
        for fewer in ((False, True) if len(days) > 1 else (False,))
        for tried in [Tried(service, days[0], len(days), company, fewer)]
    ]


def _as_company(wish: Wish, company: Company) -> Wish:
    return replace(wish, sibling=company != Company.ALONE, or_without=company == Company.ELSE_WITHOUT)


def _runs(days: Sequence[date]) -> list[Stretch]:
    """Return every run of days in a row, to the longest that is tried."""
    return [
        tuple(days[start : start + length])
        for length in range(1, LONGEST_TRIED + 1)
        for start in range(len(days) - length + 1)
        if all((later - day).days == 1 for day, later in pairwise(days[start : start + length]))
    ]
