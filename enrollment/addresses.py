"""Where a family lives, from a day on: in the open, or sealed where it is protected."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Min, QuerySet

from accounts.models import User
from enrollment.models import Family, Residence
from facilities.queries import district_of_address

from .confidential import Address, address_behind, is_protected, seal_address

EMPTY = {"town": None, "postcode": "", "chome": None, "block": None, "rest": ""}


def keep_residence(*, family: Family, address: Address, from_day: date, by: User, at: datetime) -> bool:
    """Write that the family lives there from the day on; False where it did already. In the caller's transaction.

    Of a protected family it is written anew in any case: who guesses must not be told that it was right.
    What was known of the days before stays; a later move that is known already stays too. The district follows from
    town, chome and block.

    Errors: NotPossible naming ``chome`` or ``block`` (facilities.queries.district_of_address).
    """
    district = district_of_address(address.town, address.chome, address.block)
    protected = is_protected(family)
    if not protected and address_on(family, from_day) == address and not _ends(family, from_day):
        return False
    until = _free_from(family, from_day)
    if protected:
        seal_address(family=family, address=address, period=DateRange(from_day, until), by=by, at=at)
    shown = EMPTY if protected else vars(address)
    Residence.objects.create(family=family, period=(from_day, until), district=district, **shown)
    return True


def end_residence(*, family: Family, last_day: date) -> None:
    """The family lives in the ward until the last day: what is known of the days after is taken back.

    Where an earlier last day was entered before, it lives where it lived for those days more.
    """
    end = last_day + timedelta(days=1)
    _free_from(family, end, everything_after=True)
    tables: tuple[QuerySet[Any], ...] = (family.residences.all(), family.confidential_addresses.all())
    for rows in tables:
        last = rows.order_by("-period__startswith").first()
        if last is not None and last.period.upper is not None and last.period.upper < end:
            last.period = DateRange(last.period.lower, end)
            last.save(update_fields=["period"])


def address_on(family: Family, day: date) -> Address | None:
    """Return where the family lives on the day, opened where it is sealed: never for showing."""
    if sealed := address_behind(family, day):
        return sealed
    return _as_address(_in_the_open(family, day))


def _in_the_open(family: Family, day: date) -> Residence | None:
    return family.residences.filter(period__contains=day, town__isnull=False).select_related("town").first()


def _as_address(residence: Residence | None) -> Address | None:
    if residence is None or residence.town is None:
        return None
    return Address(residence.town, residence.chome, residence.block, residence.rest, residence.postcode)


def address_to_visit(family: Family, day: date) -> Address | None:
    """Return where a midwife finds the family on the day: of what stands in the open alone, never of what is sealed.

    None where the address is under protection, or none is entered. The caller writes the look down.
    """
    if is_protected(family):
        return None
    return _as_address(_in_the_open(family, day))


def _ends(family: Family, day: date) -> bool:
    """Tell whether the family leaves the ward after the residence of the day: nothing follows on it."""
    current = family.residences.get(period__contains=day)
    return (
        bool(current.period.upper) and not family.residences.filter(period__startswith=current.period.upper).exists()
    )


def _free_from(family: Family, day: date, *, everything_after: bool = False) -> date | None:
    """Take the family's residence of the day and on from the tables; return the next day that is taken."""
    until: date | None = None
    for rows in (family.residences.all(), family.confidential_addresses.all()):
        starting = (
            rows.filter(period__startswith__gte=day) if everything_after else rows.filter(period__startswith=day)
        )
        starting.delete()
        for row in rows.filter(period__contains=day):
            row.period = DateRange(row.period.lower, day)
            row.save(update_fields=["period"])
        later: date | None = rows.filter(period__startswith__gt=day).aggregate(next=Min("period__startswith"))["next"]
        until = min(filter(None, (until, later)), default=None)
    return until
