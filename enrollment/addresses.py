"""Where a family lives, from a day on: in the open, or sealed where it is protected."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Min, QuerySet

from accounts.models import User
from enrollment.models import LIVE_STATES, Family, Protection, Registration, Residence
from facilities.models import Town
from facilities.queries import district_of_address
from sankecare.periods import in_force_on

from .confidential import Address, address_behind, is_protected, seal_address

A_DAY = timedelta(days=1)
EMPTY = {"town": None, "postcode": "", "chome": None, "block": None, "rest": ""}


def keep_residence(
    *, family: Family, address: Address, from_day: date, by: User, at: datetime, still_leaves: bool = True
) -> bool:
    """Write that the family lives there from the day on; False where it did already. In the caller's transaction.

    Of a protected family it is written anew in any case: who guesses must not be told that it was right.
    What was known of the days before stays; a later move that is known already stays too, and so does a later move
    out of the ward, unless ``still_leaves`` says that there is none any more. The district follows from town, chome
    and block.

    Errors: NotPossible naming ``chome`` or ``block`` (facilities.queries.district_of_address).
    """
    district = district_of_address(address.town, address.chome, address.block)
    leaves = leaves_after(family, from_day)
    protected = is_protected(family)
    if not protected and address_on(family, from_day) == address and (leaves is None or still_leaves):
        return False
    until = _free_from(family, from_day)
    if leaves is not None and still_leaves:
        until = min(filter(None, (until, leaves + A_DAY)))
    if protected:
        seal_address(family=family, address=address, period=DateRange(from_day, until), by=by, at=at)
    shown = EMPTY if protected else vars(address)
    Residence.objects.create(family=family, period=(from_day, until), district=district, **shown)
    return True


def end_residence(*, family: Family, last_day: date) -> None:
    """The family lives in the ward until the last day, and then comes back on the day that is known, if one is.

    What is known of other addresses between the two is taken back. Where an earlier last day was entered before, it
    lives where it lived for those days more. In the caller's transaction.
    """
    end = last_day + A_DAY
    run, back = _run_of(family, last_day), comes_back_after(family, last_day)
    tables: tuple[QuerySet[Any], ...] = (family.residences.all(), family.confidential_addresses.all())
    for table in tables:
        rows = [row for row in table if back is None or row.period.lower is None or row.period.lower < back]
        for row in rows:
            if row.period.lower is not None and row.period.lower >= end:
                row.delete()
        kept = [row for row in rows if row.period.lower is None or row.period.lower < end]
        last = max(kept, key=lambda row: row.period.lower or date.min, default=None)
        if run is not None and last is not None and _meets(last.period, run) and last.period.upper != end:
            last.period = DateRange(last.period.lower, end)
            last.save(update_fields=["period"])


def in_ward(family: Family) -> list[DateRange]:
    """Return each unbroken time in which the family lives in the ward, in order, half open. One query."""
    runs: list[DateRange] = []
    periods = Residence.objects.filter(family=family).values_list("period", flat=True)
    for period in sorted(periods, key=lambda period: period.lower or date.min):
        if runs and runs[-1].upper is not None and runs[-1].upper == period.lower:
            runs[-1] = DateRange(runs[-1].lower, period.upper)
        else:
            runs.append(period)
    return runs


def lives_in_ward(family: Family) -> Callable[[date], bool]:
    """Return what tells whether the family lives in the ward on a day, as it is known now. One query."""
    runs = in_ward(family)
    return lambda day: any(_covers(run, day) for run in runs)


def leaves_after(family: Family, day: date) -> date | None:
    """Return the last day of the time in the ward in which the day lies; None where it has none, or lies in none."""
    run = next((run for run in in_ward(family) if _covers(run, day)), None)
    return run.upper - A_DAY if run is not None and run.upper is not None else None


def comes_back_after(family: Family, last_day: date) -> date | None:
    """Return the day on which the family comes back into the ward after that last day, where it is known."""
    return next((run.lower for run in in_ward(family) if run.lower is not None and run.lower > last_day), None)


def leaving(family: Family) -> date | None:
    """Return the last day in the ward that is known of any time there, the latest; None where none ends. One query."""
    ends = [run.upper for run in in_ward(family) if run.upper is not None]
    return ends[-1] - A_DAY if ends else None


def has_moved_within(family: Family) -> bool:
    """Tell whether more than one address in the ward is known of the family. One query."""
    return Residence.objects.filter(family=family).count() > 1


def moves_before_leaving(family: Family, last_day: date) -> list[date]:
    """Return from which days after the last day other addresses of the same time in the ward are known, in order."""
    run = _run_of(family, last_day)
    if run is None:
        return []
    starts = Residence.objects.filter(family=family, period__startswith__gt=last_day)
    days: list[date] = list(starts.order_by("period").values_list("period__startswith", flat=True))
    return [day for day in days if _covers(run, day)]


def let_registrations_follow(family: Family) -> list[Registration]:
    """Let the registrations in force end with the family's last day in the ward; return those that changed.

    A registration follows where the family lives: what is entered of that, in whatever order, is all that counts. The
    registrations are locked. In the caller's transaction, after a residence was written.
    """
    runs = in_ward(family)
    until = runs[-1].upper - A_DAY if runs and runs[-1].upper is not None else None
    live = Registration.objects.filter(birth__family=family, state__in=LIVE_STATES).order_by("pk")
    changed = [row for row in live if row.usable_until != until]
    for registration in changed:
        registration.usable_until = until
        registration.save(update_fields=["usable_until"])
    return changed


def address_on(family: Family, day: date) -> Address | None:
    """Return where the family lives on the day, opened where it is sealed: never for showing."""
    if sealed := address_behind(family, day):
        return sealed
    return _as_address(_in_the_open(family, day))


def town_on(family: Family, day: date) -> Town | None:
    """Return the town in which the family lives on the day, as it stands in the open; of a sealed address none.

    One query.
    """
    shown = _in_the_open(family, day)
    return shown.town if shown else None


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


def addresses_on_days(family: Family, days: Collection[date]) -> dict[date, Address | None]:
    """Return the same of one family on each of the days. Two queries."""
    if is_protected(family):
        return dict.fromkeys(days)
    rows = list(family.residences.filter(town__isnull=False).select_related("town"))
    return {day: _as_address(in_force_on(rows, day)) for day in days}


def addresses_to_visit(families: Sequence[Family], day: date) -> dict[int, Address]:
    """Return the same for many families by their ids, those alone that have one in the open. Two queries."""
    protected = set(Protection.in_force.filter(family__in=families).values_list("family", flat=True))
    homes = Residence.objects.filter(family__in=families, period__contains=day, town__isnull=False)
    found = {home.family_id: _as_address(home) for home in homes.select_related("town")}
    return {family: address for family, address in found.items() if address and family not in protected}


def _run_of(family: Family, last_day: date) -> DateRange | None:
    """The time in the ward that the last day ends: the one in which it lies, else the last one before it."""
    runs = [run for run in in_ward(family) if run.lower is None or run.lower <= last_day]
    return runs[-1] if runs else None


def _covers(period: DateRange, day: date) -> bool:
    return (period.lower is None or period.lower <= day) and (period.upper is None or day < period.upper)


def _meets(period: DateRange, run: DateRange) -> bool:
    return run.lower is None or period.upper is None or period.upper > run.lower


def _free_from(family: Family, day: date) -> date | None:
    """Take the family's residence of the day and on from the tables; return the next day that is taken."""
    until: date | None = None
    for rows in (family.residences.all(), family.confidential_addresses.all()):
        rows.filter(period__startswith=day).delete()
        for row in rows.filter(period__contains=day):
            row.period = DateRange(row.period.lower, day)
            row.save(update_fields=["period"])
        later: date | None = rows.filter(period__startswith__gt=day).aggregate(next=Min("period__startswith"))["next"]
        until = min(filter(None, (until, later)), default=None)
    return until
