"""Tables of what the families are like who came: each masked, a running year rounded."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bookings.places.queries import STAYS
from enrollment.eligibility import Rule
from enrollment.models import TaxClass
from enrollment.models.registration import HeardFrom
from reports.masked_figures import Shown, days_beside, finished_until, is_running, notes_of, part_of, parts_and_total
from reports.table_parts import Drawn
from reports.tables import Row, Table

from . import statements
from .queries import beyond_age, by_year, company, first_ages, lengths

AGE_BANDS = (0, 4, 8, 12, 17)  # weeks from which each begins
RULES = tuple(rule.value for rule in Rule if rule != Rule.MEDICAL_CARE)


def length_table(years: Sequence[int], *, today: date) -> Table:
    """Return stays by their number of days, by kind; a stay counts in the year of its first day."""
    found = lengths(years, finished_until(today))
    keys = {days: f"days_{days}" for days in range(1, 9)}
    rows: list[Row] = []
    for year in years:
        for kind in STAYS:
            counts: Mapping[int, int] = found.get((year, kind.value), {})
            shown = _row(year, {key: counts.get(days, 0) for days, key in keys.items()}, today, "stays")
            rows.append({"fiscal_year": year, "kind": kind.value, **shown})
    columns = ("fiscal_year", "kind", *keys.values(), "stays")
    names = {"kind": {kind.value: str(kind.label) for kind in STAYS}}
    return Table(_("Length of stay"), columns, (), rows, notes_of(years, today), names)


def repeat_table(years: Sequence[int], *, today: date) -> Table:
    """Return families by how often they came in the year."""
    found = by_year(statements.REPEATS, years, finished_until(today))
    keys = {stays: f"stays_{stays}" for stays in range(1, 5)}
    return _of_years(_("Repeat use"), found, keys, "families", today=today)


def age_table(years: Sequence[int], *, today: date) -> Table:
    """Return births by the baby's weeks of age at their first use ever."""
    found = first_ages(years, finished_until(today))
    keys = {band: f"weeks_{band}" for band in AGE_BANDS} | {None: "weeks_unknown"}
    return _of_years(
        _("Age at first use"), {year: _bands(found[year]) for year in years}, keys, "births_total", today=today
    )


def corrected_age_table(years: Sequence[int], *, today: date) -> Table:
    """Return families and days beyond the age by birth: by corrected age, or by an exception; beside all families."""
    until = finished_until(today)
    found, every = beyond_age(years, until), company(years, until)
    rows: list[Row] = []
    for year in years:
        running, all_families = is_running(year, today), (every.get(year) or (0,))[0]
        row: Row = {"fiscal_year": year}
        for what, days in found[year].items():
            families = part_of(len({family for family, _day in days}), all_families, running=running)
            row[f"{what}_families"] = families
            row[f"{what}_days"] = days_beside(len(days), families, running=running)
        rows.append(row)
    keys = ("fiscal_year", "corrected_families", "corrected_days", "otherwise_families", "otherwise_days")
    return Table(_("Use beyond the age by birth"), keys, (), rows, notes_of(years, today))


def company_table(years: Sequence[int], *, today: date) -> Table:
    """Return families with a sibling and with a multiple birth, and their days, beside all."""
    every = company(years, finished_until(today))
    rows: list[Row] = []
    for year in years:
        families, days, *parts = every.get(year) or (0,) * 6
        running = is_running(year, today)
        total = parts_and_total({"all": families}, running=running)[1]
        row: Row = {"fiscal_year": year, "families": total, "family_days": days_beside(days, total, running=running)}
        for what, (part, part_days) in {"sibling": parts[:2], "multiple": parts[2:]}.items():
            shown = part_of(part, families, running=running)
            row[f"{what}_families"] = shown
            row[f"{what}_days"] = days_beside(part_days, shown, running=running)
        rows.append(row)
    parts_keys = ("sibling_families", "sibling_days", "multiple_families", "multiple_days")
    keys = ("fiscal_year", "families", "family_days", *parts_keys)
    return Table(_("Siblings and multiple births"), keys, (), rows, notes_of(years, today))


def tax_class_table(years: Sequence[int], *, today: date) -> Table:
    """Return families by the tax class of the household on their first used day of the year."""
    found = by_year(statements.TAX_CLASSES, years, finished_until(today))
    keys = {value: value for value in (*TaxClass.values, "unknown")}
    return _of_years(_("Tax classes"), found, keys, "families", today=today)


def exception_table(years: Sequence[int], *, today: date) -> Table:
    """Return exceptions granted by the rule that they are from."""
    found = by_year(statements.EXCEPTIONS, years, finished_until(today))
    return _of_years(_("Exceptions granted"), found, {rule: rule for rule in RULES}, "total", today=today)


def channel_table(years: Sequence[int], *, today: date) -> Table:
    """Return applications by how the family heard of the programme."""
    found = by_year(statements.CHANNELS, years, finished_until(today))
    keys = {value: value for value in HeardFrom.values} | {"": "not_stated"}
    return _of_years(_("How families heard of it"), found, keys, "total", today=today)


def _of_years(
    title: str, counts: Mapping[int, Mapping[Any, int]], keys: Mapping[Any, str], total: str, *, today: date
) -> Table:
    """A row a year: counts that add up to a total, masked together."""
    rows = [
        {"fiscal_year": year, **_row(year, {key: found.get(what, 0) for what, key in keys.items()}, today, total)}
        for year, found in counts.items()
    ]
    columns, drawn = ("fiscal_year", *keys.values(), total), Drawn("bars", figures=tuple(keys.values()))
    return Table(title, columns, (), rows, notes_of([*counts], today), drawn=drawn)


def _bands(weeks_of_age: Mapping[int | None, int]) -> dict[int | None, int]:
    """The same births by band of weeks; None is not known."""
    counts: dict[int | None, int] = {}
    for weeks, count in weeks_of_age.items():
        band = None if weeks is None else max((one for one in AGE_BANDS if one <= weeks), default=0)
        counts[band] = counts.get(band, 0) + count
    return counts


def _row(year: int, counts: Mapping[str, int], today: date, total: str) -> dict[str, Shown]:
    parts, whole = parts_and_total(counts, running=is_running(year, today))
    return {**parts, total: whole}
