"""A table as it is asked for: fiscal years, a facility, as known on a day. Page, file and API ask here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.asked_years import NotThoseYears
from reports.catalogue.entry import Numbered
from reports.tables import Table
from sankecare.errors import NotPossible, Refused

from .at import as_known_in_words, known_on

YEARS_IN_WORDS = {
    "not_a_year": gettext_lazy("Enter a fiscal year as four digits, such as 2022."),
    "in_reverse": gettext_lazy("The first fiscal year is after the last. Please exchange them."),
    "too_many": gettext_lazy("At most %(number)s fiscal years can be shown at once."),
    "to_come": gettext_lazy("Fiscal year %(number)s has not begun: there is nothing to count yet."),
    "no_records": gettext_lazy("Nothing is recorded for these years. Records begin with fiscal year %(number)s."),
}


@dataclass(frozen=True)
class Counted:
    """The table, and up to which day it is counted."""

    table: Table
    until: date


def why_not(unclear: NotThoseYears) -> str:
    """Say in words why these years cannot be shown."""
    return str(YEARS_IN_WORDS[unclear.code]) % {"number": unclear.number}


def counted(found: Numbered, years: Sequence[int], *, known: date | None, today: date) -> Counted:
    """Count a table of fiscal years, as of now or as of the day ``known``. Errors: as ``known_on``."""
    if known is None:
        return Counted(found.entry.build(years, today=today), today)
    try:
        with known_on(known, today=today):
            table = found.entry.build(years, today=known)
    except Refused as refused:
        raise NotPossible(refused.code, refused.detail, {"known": refused.detail}) from refused
    return Counted(replace(table, notes=[*table.notes, as_known_in_words(known)]), known)


def of_facility(table: Table, facility: str) -> Table:
    """Return the table of one facility alone, all of it where none is asked for.

    Errors: NotPossible ``not_by_facility``, ``no_such_facility``: an unknown one is not passed over.
    """
    if not facility:
        return table
    if "facility" not in table.keys:
        raise _not_of_facility("not_by_facility", _("This table is not by facility."))
    known = table.names.get("facility", {})
    if facility not in known:
        names = _("、").join(known.values()) or _("none")
        words = _("No such facility is in this table. There are: %(names)s.") % {"names": names}
        raise _not_of_facility("no_such_facility", words)
    return replace(table, rows=[row for row in table.rows if row["facility"] == facility])


def _not_of_facility(code: str, words: str) -> NotPossible:
    return NotPossible(code, words, {"facility": words})
