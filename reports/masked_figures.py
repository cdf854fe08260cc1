"""What is shown of counts about families in a table of a year: small ones hidden, those of a running year rounded.

The same rule as the pack of the yearly meeting has (small_cells.py).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from facilities.fiscal_year import fiscal_year_days

from .small_cells import HIDDEN, STEP, masked, masked_group, rounded

Key = TypeVar("Key")
Shown = int | str


def finished_until(today: date) -> date:
    """Return the last day of the last finished month."""
    return today.replace(day=1) - timedelta(days=1)


def counted_until(year: int, today: date) -> date:
    """Return the last day that such a table counts of a year: its last, or that of the last month finished.

    So a figure changes once a month, and not by one family from one day to the next.
    """
    return min(fiscal_year_days(year)[1], finished_until(today))


def is_running(year: int, today: date) -> bool:
    """Tell whether the year still counts more than is counted now."""
    return counted_until(year, today) < fiscal_year_days(year)[1]


def parts_shown(counts: Mapping[Key, int], *, running: bool) -> dict[Key, Shown]:
    """Return what is shown of counts that add up to a total which is shown beside them (``count_shown``)."""
    shown = masked_group(counts)
    return {key: rounded(count) for key, count in shown.items()} if running else shown


def count_shown(count: int, *, running: bool) -> Shown:
    """Return what is shown of one count, such as a total."""
    return rounded(masked(count)) if running else masked(count)


def parts_and_total(counts: Mapping[Key, int], *, running: bool) -> tuple[dict[Key, Shown], Shown]:
    """Return what is shown of counts that add up, and of their total."""
    return parts_shown(counts, running=running), count_shown(sum(counts.values()), running=running)


def part_of(part: int, whole: int, *, running: bool) -> Shown:
    """Return what is shown of a part beside its whole: neither the part nor the rest may be small."""
    return parts_shown({"part": part, "rest": whole - part}, running=running)["part"]


def days_beside(days: int, families: Shown, *, running: bool) -> Shown:
    """Return what is shown of the days of some families: none where the families are hidden."""
    return HIDDEN if isinstance(families, str) else count_shown(days, running=running)


def notes_of(years: Sequence[int], today: date) -> list[str]:
    """Return what must be known of such a table: what is hidden, and what is rounded of a running year."""
    notes = [
        _("%(hidden)s: 1 or 2, or hidden with them so that none can be worked out from the others.")
        % {"hidden": HIDDEN}
    ]
    for year in years:
        if is_running(year, today) and fiscal_year_days(year)[0] <= today:
            words = _("Fiscal year %(year)s is running: counted up to %(day)s, to the nearest %(step)d.")
            facts = {"year": year, "day": date_format(counted_until(year, today)), "step": STEP}
            notes.append(words % facts)
    return notes
