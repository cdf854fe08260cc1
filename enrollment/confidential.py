"""Addresses under protection: the one place that seals them and opens them again."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import User
from enrollment.address_words import address_in_words
from enrollment.models import ConfidentialAddress, Family, Protection
from facilities.models import Town
from sankecare.sealing import seal_values, unseal_values


@dataclass(frozen=True)
class Address:
    """Where a family lives in the ward, as it stated it. ``postcode``: seven digits or nothing."""

    town: Town
    chome: int | None = None
    block: int | None = None
    rest: str = ""
    postcode: str = ""

    @property
    def in_words(self) -> str:
        """The address on one line, without its postcode."""
        return address_in_words(self.town.name, self.chome, self.block, self.rest)


def is_protected(family: Family) -> bool:
    """Tell whether the family's address is sealed. One query."""
    return Protection.in_force.filter(family=family).exists()


def seal_address(
    *, family: Family, address: Address, period: DateRange, by: User, at: datetime
) -> ConfidentialAddress:
    """Keep a protected family's address for a period; the town is sealed too."""
    values = vars(address) | {"town": address.town.name}
    return ConfidentialAddress.objects.create(
        family=family, period=period, sealed=seal_values(values), entered_by=by, entered_at=at
    )


def address_behind(family: Family, day: date) -> Address | None:
    """Return the sealed address of the day, opened; None where none is sealed. The caller as for ``opened``."""
    kept = ConfidentialAddress.objects.filter(family=family, period__contains=day).first()
    return opened(kept) if kept else None


def opened(kept: ConfidentialAddress) -> Address:
    """Open a sealed address. The caller has made sure that the person may see it, and writes the look down.

    Errors: sankecare.sealing.CannotOpen.
    """
    values = unseal_values(kept.sealed)
    return Address(**values | {"town": Town.objects.get(name=values["town"])})
