"""The supervisor's pages: monthly occupancy as a chart and its table, and the ward's tables as files."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from facilities.fiscal_year import fiscal_year, fiscal_year_days
from reports.asked_years import MOST
from reports.catalogue.contents import contents
from reports.catalogue.entry import Numbered
from reports.charts.monthly import monthly_chart
from reports.queries import FacilityPeriod, facility_months, fiscal_years_with_use
from reports.tables import (
    LABELS,
    Table,
    difference,
    district_tables,
    facility_year_table,
    label_of,
)

from .tables.file_views import files_of

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
DOWNLOADS = ("use", "districts")


@require_GET
def occupancy(request: HttpRequest) -> HttpResponse:
    """Monthly occupancy of a fiscal year: one line a facility, with its table."""
    today = timezone.localdate()
    years = fiscal_years_with_use() or [fiscal_year(today)]
    year = chosen_year(request, years, fiscal_year(today))
    facilities = _by_facility(facility_months(year, today=today))
    chart = monthly_chart(
        MONTHS,
        [
            (slug, rows["name"], [row.occupancy_percent if row else None for row in rows["months"]])
            for slug, rows in facilities.items()
        ],
    )
    first, last = fiscal_year_days(year)
    of_year = facility_year_table([year], today=today)
    context = {
        "year": year,
        "years": reversed(years),
        "running": first <= today <= last,
        "today": today,
        "chart": chart,
        "monthly": _monthly(facilities),
        "names": {slug: rows["name"] for slug, rows in facilities.items()},
        "of_year": of_year,
        "compared": [_beside_published(row, of_year, facilities) for row in of_year.rows],
        "districts": _districts(*district_tables([year], today=today)),
        "downloads": downloads(years, *DOWNLOADS),
    }
    return render(request, "supervisor/occupancy.html", context)


def downloads(years: Sequence[int], *chapters: str) -> list[tuple[Numbered, list[tuple[object, str]]]]:
    """Return the tables of these chapters with the files of each, of all years that can be shown at once."""
    shown = years[-MOST:]
    asked = {"from": str(shown[0]), "to": str(shown[-1])}
    return [(table, files_of(table.entry.slug, asked)) for table in contents() if table.chapter.slug in chapters]


def chosen_year(request: HttpRequest, years: list[int], default: int) -> int:
    """Return the year asked for, else the default or the newest. Raises Http404 for one without records."""
    asked = request.GET.get("year", "")
    if not asked:
        return default if default in years else years[-1]
    if not asked.isascii() or not asked.isdigit() or int(asked) not in years:
        raise Http404
    return int(asked)


def _by_facility(months: dict[int, list[FacilityPeriod]]) -> dict[str, dict[str, Any]]:
    """Turn months of facilities into facilities of twelve months, in the facilities' order."""
    places = {period.facility for periods in months.values() for period in periods}
    return {
        place.slug: {
            "name": place.name,
            "months": [
                next((period for period in months[month] if period.facility == place), None) for month in MONTHS
            ],
        }
        for place in sorted(places, key=lambda place: place.position)
    }


def _monthly(facilities: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The table beside the chart: a row a month, per facility its days and occupancy."""
    columns = [{"label": _("Month"), "numeric": False}]
    for rows in facilities.values():
        columns.append({"label": _("%(facility)s: days") % {"facility": rows["name"]}, "numeric": True})
        columns.append({"label": _("%(facility)s: occupancy") % {"facility": rows["name"]}, "numeric": True})
    lines = []
    for index, month in enumerate(MONTHS):
        line: list[Any] = [_("%(month)s (month)") % {"month": month}]
        for rows in facilities.values():
            of_month = rows["months"][index]
            line += [of_month.total_days, _percent(of_month.occupancy_percent)] if of_month else [None, None]
        lines.append(line)
    return {"columns": columns, "rows": lines}


def _beside_published(row: dict[str, Any], table: Table, facilities: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One facility's year: each figure as counted, as published, and the difference."""
    published = row["published"]
    lines = []
    for key in table.keys[2:]:
        stated = (published or {}).get(key)
        apart = difference(row[key], stated)
        lines.append([LABELS[key], _grouped(row[key]), _grouped(stated), None if apart is None else _signed(apart)])
    name = facilities.get(row["facility"], {}).get("name", row["facility"])
    return {"name": name, "rows": lines, "published": published is not None}


def _districts(families: Table, days: Table) -> list[list[Any]]:
    """A row a district: its families, their change, as published, and its days."""
    row, of_days = families.rows[0], days.rows[0]
    change, published = row["change"] or {}, row["published"] or {}
    return [
        [
            label_of(key),
            _grouped(row[key]),
            f"{change[key]:+,}" if key in change else None,
            _grouped(published.get(key)),
            _grouped(of_days[key]),
        ]
        for key in families.compared
    ]


def _grouped(value: Any) -> Any:
    """Write a count with its thousands apart; a rate, or what is not known, stays as it is."""
    return f"{value:,}" if isinstance(value, int) else value


def _signed(apart: Any) -> str:
    return f"{apart:+,}" if apart else "0"


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{value} %"
