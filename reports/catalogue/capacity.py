"""Places that were not there: slot-days lost to holidays, closures and reductions."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.chapters.capacity_queries import LostMonth, by_year, lost_months
from reports.chapters.lost_slots import Lost
from reports.tables import Row, Table

from .entry import Chapter, TableEntry

TAKEN = tuple(why for why in Lost if why != Lost.MORE)
# Columns by what took the slots.
COLUMNS = {why: f"lost_{why.value}" for why in TAKEN}


def capacity_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and house the slot-days that there would have been, what took them, and what was left."""
    houses, months = lost_months(years, today=today)
    of_year = by_year(months)
    rows = [
        _year_row(year, house.slug, of_year[house.slug, year])
        for house in houses
        for year in sorted(set(years))
        if (house.slug, year) in of_year
    ]
    keys = ("fiscal_year", "facility", "full_slot_days", *COLUMNS.values(), "more_slot_days", "slot_days")
    names = {"facility": {house.slug: house.name for house in houses}}
    notes = [
        _("Full, less all that was lost, with the days on which there were more: what is left."),
        _("Lost by nobody's word: closures and single days that were inferred from published rates."),
    ]
    return Table(_("Slot-days lost"), (*keys, "lost_inferred"), (), rows, notes, names)


def lost_month_table(years: Sequence[int], *, today: date) -> Table:
    """Return by month, house and reason the slot-days lost, published and inferred apart."""
    houses, months = lost_months(years, today=today)
    place = {house.slug: number for number, house in enumerate(houses)}
    rows: list[Row] = []
    for (slug, first), month in sorted(months.items(), key=lambda item: (item[0][1], place[item[0][0]])):
        of_reason: dict[tuple[Lost, str], dict[bool, int]] = defaultdict(dict)
        for (why, reason, inferred), slots in month.lost.items():
            of_reason[why, reason][inferred] = slots
        rows += [
            {
                "month": f"{first:%Y-%m}",
                "facility": slug,
                "why_lost": why.value,
                "reason": reason,
                "lost_published": counted.get(False, 0),
                "lost_inferred": counted.get(True, 0),
            }
            for (why, reason), counted in sorted(of_reason.items())
        ]
    names = {
        "facility": {house.slug: house.name for house in houses},
        "why_lost": {why.value: words for why, words in _words().items()},
    }
    keys = ("month", "facility", "why_lost", "reason", "lost_published", "lost_inferred")
    notes = [_("Less than 0: a single day on which there were more slots than full.")]
    return Table(_("Slot-days lost by month and reason"), keys, (), rows, notes, names)


def _year_row(year: int, slug: str, counted: LostMonth) -> Row:
    lost: dict[Lost, int] = defaultdict(int)
    for (why, _reason, _inferred), slots in counted.lost.items():
        lost[why] += slots
    return {
        "fiscal_year": year,
        "facility": slug,
        "full_slot_days": counted.full,
        **{COLUMNS[why]: lost[why] for why in TAKEN},
        "more_slot_days": -lost[Lost.MORE],
        "slot_days": counted.slots,
        "lost_inferred": sum(slots for (_why, _reason, inferred), slots in counted.lost.items() if inferred),
    }


def _words() -> dict[Lost, str]:
    return {
        Lost.PUBLIC_HOLIDAY: _("Public holiday"),
        Lost.CLOSURE: _("Closure"),
        Lost.SUSPENDED: _("Suspended"),
        Lost.REDUCED: _("Fewer slots than before"),
        Lost.SINGLE_DAY: _("Single day with fewer slots"),
        Lost.MORE: _("Single day with more slots"),
    }


CHAPTER = Chapter(
    "capacity",
    gettext_lazy("Places that were not there"),
    (
        TableEntry(
            slug="capacity",
            title=gettext_lazy("Slot-days lost"),
            build=capacity_table,
            what=gettext_lazy(
                "What each house would have had at its best, what took slot-days of it, and what was left."
            ),
            rule=gettext_lazy(
                "Full: on weekdays on which the house is open, the most slots a day that it had had by then. Each lost"
                " slot-day counts by one reason."
            ),
            source=gettext_lazy(
                "Weekly patterns, capacities, public holidays, closures and single days of the calendar."
            ),
        ),
        TableEntry(
            slug="capacity-months",
            title=gettext_lazy("Slot-days lost by month and reason"),
            build=lost_month_table,
            what=gettext_lazy("Slot-days that were lost in each month, by house and reason."),
            rule=gettext_lazy("As in the table by year. What nobody published, but was inferred, stands apart."),
            source=gettext_lazy(
                "Weekly patterns, capacities, public holidays, closures and single days of the calendar."
            ),
        ),
    ),
)
