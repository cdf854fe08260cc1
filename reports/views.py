"""The supervisor's pages: monthly occupancy as a chart and its table, and the ward's tables to take along."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from facilities.fiscal_year import fiscal_year, fiscal_year_days

from .chart import monthly_chart
from .formats import FORMATS
from .queries import FacilityPeriod, facility_months, fiscal_years_with_use
from .tables import Table, coverage_table, district_table, facility_year_table

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}
REPORTS = {"facility-year": facility_year_table, "districts": district_table, "coverage": coverage_table}


@require_GET
def occupancy(request: HttpRequest) -> HttpResponse:
    """Monthly occupancy of a fiscal year: one line a facility, with its table."""
    today = timezone.localdate()
    years = fiscal_years_with_use() or [fiscal_year(today)]
    year = _chosen_year(request, years, fiscal_year(today))
    facilities = _by_facility(facility_months(year, today=today))
    chart = monthly_chart(
        MONTHS,
        [
            (slug, rows["name"], [row.occupancy_percent if row else None for row in rows["months"]])
            for slug, rows in facilities.items()
        ],
    )
    first, last = fiscal_year_days(year)
    context = {
        "year": year,
        "years": years,
        "running": first <= today <= last,
        "today": today,
        "chart": chart,
        "month_numbers": MONTHS,
        "facilities": facilities,
        "year_table": facility_year_table([year], today=today),
        "district_table": district_table([year], today=today),
    }
    return render(request, "reports/occupancy.html", context)


@require_GET
def download(request: HttpRequest, report: str, file_format: str) -> HttpResponse:
    """One of the ward's tables as a file, for all years or the one asked for."""
    if report not in REPORTS or file_format not in CONTENT_TYPES:
        raise Http404
    today = timezone.localdate()
    years = fiscal_years_with_use()
    asked = request.GET.get("year", "")
    if asked:
        years = [_chosen_year(request, years, years[-1])] if years else []
    table: Table = REPORTS[report](years, today=today)
    name = f"{report}{'-' + str(years[0]) if asked and years else ''}.{file_format}"
    return HttpResponse(
        FORMATS[file_format](table),
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _chosen_year(request: HttpRequest, years: list[int], default: int) -> int:
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
