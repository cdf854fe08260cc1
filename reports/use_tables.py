"""Use by month, year by year with its trend, and the year to date beside the same months before, as rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from facilities.fiscal_year import fiscal_year_days

from .like_months import fiscal_year_of, months_between, years_to_date
from .table_parts import Drawn, Opener
from .tables import Row, Table, note_of_like_days
from .use_queries import Use, of_whole_years, use_in

FIGURES = ("short_stay_days", "day_care_days", "total_days", "families", "slot_days", "occupancy_percent")
TOGETHER = "all"


def openers_of_use(*keys: str) -> dict[str, Opener]:
    """Return what opens the figures of use, told apart by these keys of the row."""
    return {figure: Opener("use", keys) for figure in FIGURES}


def facility_month_table(years: Sequence[int], *, today: date) -> Table:
    """Return each month that has begun by facility: days by kind, families, slot-days, occupancy."""
    spans = [fiscal_year_days(year) for year in years]
    windows = {name: days for first, last in spans for name, days in months_between(first, min(last, today)).items()}
    rows, names = [], {}
    for month, uses in use_in(windows).items():
        for use in uses:
            if use.facility is None:
                continue
            names[use.facility.slug] = str(use.facility)
            year = fiscal_year_of(windows[month][0])
            rows.append({"fiscal_year": year, "month": month, "facility": use.facility.slug, **figures_of(use)})
    return Table(
        _("Use by month and facility"),
        ("month", "facility", *FIGURES),
        (),
        rows,
        _inferred_notes(rows),
        {"facility": names},
        openers=openers_of_use("facility", "month"),
        drawn=Drawn("lines", along="month", by="facility", figure="occupancy_percent", percent=True),
    )


def year_table(years: Sequence[int], *, today: date) -> Table:
    """Return all facilities together year by year, with the change on the year before and the trend."""
    wanted = sorted({*years, *(year - 1 for year in years)})
    counted = {name: uses[-1] for name, uses in use_in(of_whole_years(wanted, today)).items()}
    running = fiscal_year_of(today)
    like = use_in({str(running - 1): years_to_date([running - 1], today)[running - 1]})
    rows: list[Row] = []
    for year in years:
        now = counted.get(str(year))
        if now is None:
            continue
        before = like[str(year - 1)][-1] if year == running else counted.get(str(year - 1))
        rows.append({"fiscal_year": year, **figures_of(now), "change": change_between(now, before)})
    notes = _trend_notes(rows, today) + note_of_like_days((row["fiscal_year"] for row in rows if row["change"]), today)
    return Table(
        _("Use year by year"),
        ("fiscal_year", *FIGURES),
        FIGURES,
        rows,
        notes,
        openers=openers_of_use("fiscal_year"),
        drawn=Drawn("lines", along="fiscal_year", figures=("short_stay_days", "day_care_days", "total_days")),
    )


def to_date_table(years: Sequence[int], *, today: date) -> Table:
    """Return each year from 1 April to the day that is like today, by facility and together: like beside like."""
    with_before = sorted({*years, *(year - 1 for year in years[:1])})
    windows = {str(year): days for year, days in years_to_date(with_before, today).items()}
    counted = use_in(windows)
    rows: list[Row] = []
    names = {TOGETHER: _("All facilities")}
    for year in (year for year in years if str(year) in counted):
        before = {use.facility: use for use in counted.get(str(year - 1), [])}
        for use in counted[str(year)]:
            slug = use.facility.slug if use.facility else TOGETHER
            names.setdefault(slug, str(use.facility))
            row = {"facility": slug, "fiscal_year": year, "until": f"{windows[str(year)][1]:%m-%d}", **figures_of(use)}
            rows.append({**row, "change": change_between(use, before.get(use.facility))})
    order = [slug for slug in names if slug != TOGETHER] + [TOGETHER]
    rows.sort(key=lambda row: (order.index(row["facility"]), row["fiscal_year"]))
    return Table(
        _("Year to date beside the same months of the years before"),
        ("facility", "fiscal_year", *FIGURES),
        FIGURES,
        rows,
        [_("Each year is counted from 1 April to %(day)s.") % {"day": date_format(today, "MONTH_DAY_FORMAT")}],
        {"facility": names},
        drawn=Drawn("lines", along="fiscal_year", by="facility", figure="occupancy_percent", percent=True),
    )


def figures_of(use: Use) -> dict[str, Any]:
    """Return the figures of a row."""
    return {key: getattr(use, key) for key in FIGURES}


def change_between(now: Use, before: Use | None) -> dict[str, Any] | None:
    """Return each figure less that of before, None where there was nothing before."""
    if before is None or before.is_empty:
        return None
    pairs = {key: (getattr(now, key), getattr(before, key)) for key in FIGURES}
    return {key: None if None in pair else pair[0] - pair[1] for key, pair in pairs.items()}


def trend_a_year(years: Sequence[tuple[int, int]]) -> Decimal | None:
    """Return by how much a figure grows a year: the slope of the straight line that fits best, None of under three."""
    if len(years) < 3:
        return None
    count = len(years)
    middle, level = sum(year for year, _v in years), sum(value for _y, value in years)
    above = sum((count * year - middle) * (count * value - level) for year, value in years)
    below = sum((count * year - middle) ** 2 for year, _value in years)
    return (Decimal(above) / Decimal(below)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _trend_notes(rows: Iterable[Row], today: date) -> list[str]:
    """The trend of the finished years, in family-days and families a year."""
    finished = [row for row in rows if fiscal_year_days(row["fiscal_year"])[1] < today]
    days = trend_a_year([(row["fiscal_year"], row["total_days"]) for row in finished])
    families = trend_a_year([(row["fiscal_year"], row["families"]) for row in finished])
    if days is None or families is None:
        return []
    words = _(
        "Trend of the finished years %(first)s to %(last)s: %(days)+.1f family-days and %(families)+.1f families "
        "a year (the straight line that fits best)."
    )
    facts = {"first": finished[0]["fiscal_year"], "last": finished[-1]["fiscal_year"]}
    return [words % {**facts, "days": days, "families": families}]


def _inferred_notes(rows: Sequence[Row]) -> list[str]:
    return [_("A month without slots and without use is left out.")] if rows else []
