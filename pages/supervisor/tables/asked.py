"""What a page of figures is asked for, by its address: fiscal years and a facility; the words where that cannot be."""

from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from reports.asked_years import NotThoseYears, years_asked, years_shown
from reports.known.asked import of_facility as narrowed
from reports.known.asked import why_not
from reports.queries import fiscal_years_with_use
from reports.tables import Table
from sankecare.days import NotADay, read_day
from sankecare.errors import NotPossible
from sankecare.forms import DAY_ERRORS


@dataclass(frozen=True)
class Asked:
    """The years that are shown, or why they cannot be: ``problem`` stands beside the field ``field``."""

    years: list[int]
    first: str
    last: str
    facility: str = ""
    problem: str = ""
    field: str = ""
    # The day as of which a table is told, and whether what changed since is told too.
    known: date | None = None
    changed: bool = False
    # The day as it was typed, so that nothing typed is lost where it is no day.
    typed: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What an address says so that it shows the same for ever."""
        years = {"from": str(self.years[0]), "to": str(self.years[-1])} if self.years else {}
        known = {"known": self.known.isoformat()} if self.known else {}
        return {**years, **({"facility": self.facility} if self.facility else {}), **known}


def asked_of(request: HttpRequest, this_year: int) -> Asked:
    """Return what the address asks for. One query."""
    first, last, facility = (request.GET.get(name, "") for name in ("from", "to", "facility"))
    typed, changed = request.GET.get("known", "").strip(), request.GET.get("changed") == "yes"
    with_records = fiscal_years_with_use()
    try:
        years = years_asked(first, last, with_records=with_records, this_year=this_year)
    except NotThoseYears as unclear:
        problem = why_not(unclear)
        return Asked([], first[:10], last[:10], facility, problem, unclear.field, changed=changed, typed=typed)
    try:
        known = read_day(typed) if typed else None
    except NotADay as unclear:
        problem = str(DAY_ERRORS[unclear.code])
        of_years = (years, str(years[0]), str(years[-1]))
        return Asked(*of_years, facility, problem, "known", changed=changed, typed=typed)
    shown = known.isoformat() if known else ""
    return Asked(years, str(years[0]), str(years[-1]), facility, known=known, changed=changed, typed=shown)


def usual_years(this_year: int) -> list[int]:
    """Return the years that are shown where nothing is asked. One query."""
    return years_shown(fiscal_years_with_use(), this_year)


def of_facility(table: Table, facility: str) -> tuple[Table, str]:
    """Return the table of one facility alone, and "" or why there is none: an unknown one is not passed over."""
    try:
        return narrowed(table, facility), ""
    except NotPossible as unclear:
        if unclear.code == "not_by_facility":
            return table, _("This table is not by facility. All facilities are shown.")
        return replace(table, rows=[]), unclear.detail
