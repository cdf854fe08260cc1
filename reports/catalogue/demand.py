"""What was asked for and could not be given: families that waited, and applications that were not approved."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import WaitingEnd
from facilities.models import Service
from reports.demand_queries import OPEN, waiting_years
from reports.tables import Row, Table

from .entry import Chapter, TableEntry

ENDS = tuple(f"waiting_{end}" for end in (OPEN, *WaitingEnd.values))


def waiting_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and service the entries of the waiting list, how they ended, and how long they waited."""
    names = {row.slug: str(row) for row in Service.objects.select_related("facility").order_by(*SERVICE_ORDER)}
    order = {slug: number for number, slug in enumerate(names)}
    counted = waiting_years(years, today=today)
    rows: list[Row] = []
    for (year, slug), row in sorted(counted.items(), key=lambda item: (item[0][0], order[item[0][1]])):
        ended = Counter({f"waiting_{end}": count for end, count in row.ended.items()})
        rows.append(
            {
                "fiscal_year": year,
                "service": slug,
                "waiting_joined": row.joined,
                **{key: ended[key] for key in ENDS},
                "days_to_place": _median(row.days_to_place),
                "days_in_vain": _median(row.days_in_vain),
            }
        )
    keys = ("fiscal_year", "service", "waiting_joined", *ENDS, "days_to_place", "days_in_vain")
    notes = [_("Days waited: whole days, the median of those that ended so.")]
    return Table(_("Waiting list"), keys, (), rows, notes, {"service": names})


def _median(waits: Sequence[int]) -> int | None:
    return waits[(len(waits) - 1) // 2] if waits else None


SERVICE_ORDER = ("facility__position", "position", "slug")

CHAPTER = Chapter(
    "demand",
    gettext_lazy("What could not be given"),
    (
        TableEntry(
            slug="waiting",
            title=gettext_lazy("Waiting list"),
            build=waiting_table,
            what=gettext_lazy("Families that began to wait for days of a service, and what came of it."),
            rule=gettext_lazy(
                "By the day on which the wait began, as it stands today. One family may wait several times."
            ),
            source=gettext_lazy("Entries of the waiting list."),
        ),
    ),
)
