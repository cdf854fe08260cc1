"""The ward's tables as rows for programs: computed figures, the change on the year before, and ``published``.

A row is what ``manage.py report … --format json`` prints: the keys are law. Every other format is
the same rows, flattened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from facilities.fiscal_year import fiscal_year, fiscal_year_days

from .labels.demand import DEMAND_LABELS
from .labels.traits import TRAIT_LABELS
from .like_months import like_day
from .published import FACILITY_KEYS, published_district_years, published_facility_years, why_it_differs
from .queries import (
    ELSEWHERE,
    CoverageYear,
    DistrictYear,
    FacilityPeriod,
    coverage_years,
    district_years,
    facility_years,
)
from .table_parts import Drawn, Opener

Row = dict[str, Any]
DISTRICTS = ("setagaya", "kitazawa", "tamagawa", "kinuta", "karasuyama")
DISTRICT_KEYS = (*DISTRICTS, ELSEWHERE, "total")

LABELS = {
    **TRAIT_LABELS,
    "facility": gettext_lazy("Facility"),
    "fiscal_year": gettext_lazy("Fiscal year"),
    "short_stay_days": gettext_lazy("Short-stay days"),
    "day_care_days": gettext_lazy("Day-care days"),
    "total_days": gettext_lazy("Total days"),
    "families": gettext_lazy("Unduplicated families"),
    "slot_days": gettext_lazy("Slot-days"),
    "occupancy_percent": gettext_lazy("Occupancy %"),
    "setagaya": gettext_lazy("Setagaya"),
    "kitazawa": gettext_lazy("Kitazawa"),
    "tamagawa": gettext_lazy("Tamagawa"),
    "kinuta": gettext_lazy("Kinuta"),
    "karasuyama": gettext_lazy("Karasuyama"),
    ELSEWHERE: gettext_lazy("Elsewhere, unknown"),
    "total": gettext_lazy("Total"),
    "births": gettext_lazy("Births"),
    "coverage_percent": gettext_lazy("Coverage %"),
    "ward_year": pgettext_lazy("as the ward writes it", "Year"),
    "slots_of_year": gettext_lazy("Slots"),
    "section_of_form": gettext_lazy("Part of the form"),
    "item": gettext_lazy("Item"),
    "unit": gettext_lazy("Unit"),
    "short_stay": gettext_lazy("Short stay"),
    "day_care": gettext_lazy("Day care"),
    "definition": gettext_lazy("Definition"),
    "why_empty": gettext_lazy("Why it is empty"),
    "count": pgettext_lazy("a column", "Count"),
    "section_name": gettext_lazy("Section"),
    "item_name": gettext_lazy("Of what"),
    "figure_name": gettext_lazy("Figure"),
    "shown": gettext_lazy("Counted"),
    "kind": gettext_lazy("Kind"),
    "appointments": gettext_lazy("Took place"),
    "recorded": gettext_lazy("With a record"),
    "minutes": gettext_lazy("Minutes on average"),
    "month": gettext_lazy("Month"),
    "online_consultation": gettext_lazy("Online consultation"),
    "outreach": gettext_lazy("Outreach"),
    "topic": gettext_lazy("Code of the topic"),
    "topic_name": gettext_lazy("Topic"),
    "sessions": gettext_lazy("Sessions held"),
    "called_off": gettext_lazy("Called off"),
    "signed_up": gettext_lazy("Families signed up"),
    "came": gettext_lazy("Came"),
    "odds_told": gettext_lazy("Told, %"),
    "entries": gettext_lazy("Entries"),
    "given": gettext_lazy("First choice given"),
    "given_percent": gettext_lazy("Given, %"),
    "question_text": gettext_lazy("Question"),
    "answers": gettext_lazy("Answers"),
    "very": gettext_lazy("Very much"),
    "rather": gettext_lazy("Rather"),
    "little": gettext_lazy("Not so much"),
    "not_at_all": gettext_lazy("Not at all"),
    "agree_percent": gettext_lazy("Agree, %"),
    "did_not_come": pgettext_lazy("a session", "Did not come"),
    **DEMAND_LABELS,
}


@dataclass(frozen=True)
class Table:
    """One report: its rows, the keys of its figures in order, and notes under it."""

    title: str
    keys: tuple[str, ...]
    compared: tuple[str, ...]
    rows: list[Row]
    notes: list[str]
    # What people read in the place of a code, by column: facilities and kinds by their names.
    names: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)
    # Columns that are for programs.
    for_programs: tuple[str, ...] = ()
    # What explains the figures of a column, and how the table is drawn.
    openers: Mapping[str, Opener] = field(default_factory=dict)
    drawn: Drawn | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The keys that people see, in order."""
        return tuple(key for key in self.keys if key not in self.for_programs)

    def told(self, key: str, value: Any) -> Any:
        """What people read in a cell."""
        return self.names.get(key, {}).get(value, value)


def facility_year_table(years: Sequence[int], *, today: date, facility: str = "") -> Table:
    """Return facility by fiscal year: days by kind, unduplicated families, occupancy, slot-days (SEED)."""
    published = published_facility_years()
    rows, notes, names = [], [], {}
    for year, periods in facility_years(years, today=today, facility=facility).items():
        for period in periods:
            row = _facility_row(year, period)
            names[row["facility"]] = str(period.facility)
            row["published"] = published.get((row["facility"], year))
            rows.append(row)
            notes += _notes(row, period)
    rows.sort(key=lambda row: (_facility_order(row["facility"]), row["fiscal_year"]))
    return Table(
        _("Use by facility and fiscal year"),
        ("facility", "fiscal_year", *FACILITY_KEYS[:-1], "slot_days", "occupancy_percent"),
        FACILITY_KEYS,
        rows,
        notes,
        {"facility": names},
        openers={key: Opener("use", ("facility", "fiscal_year")) for key in (*FACILITY_KEYS, "slot_days")},
        drawn=Drawn("lines", along="fiscal_year", by="facility", figure="occupancy_percent", percent=True),
    )


def district_table(years: Sequence[int], *, today: date) -> Table:
    """Return unduplicated families by district, with the change on the year before (SEED).

    A family that lived in no district at its first used day stands in the row of those elsewhere: the total is that of
    all families of the year.
    """
    return district_tables(years, today=today)[0]


def district_day_table(years: Sequence[int], *, today: date) -> Table:
    """Return family-days by the district of each day, with the change on the year before.

    Their total is that of the facilities' days of the year.
    """
    return district_tables(years, today=today)[1]


def district_tables(years: Sequence[int], *, today: date) -> tuple[Table, Table]:
    """Return ``district_table`` and ``district_day_table``, counted once for both."""
    counted, before = _district_years_and_before(years, today)
    return (
        _district_table(
            _("Unduplicated families by district"),
            {year: row.families for year, row in counted.items()},
            {year: row.families for year, row in before.items()},
            published_district_years(),
            today=today,
        ),
        _district_table(
            _("Family-days by district"),
            {year: row.days for year, row in counted.items()},
            {year: row.days for year, row in before.items()},
            {},
            today=today,
        ),
    )


def coverage_table(years: Sequence[int], *, today: date) -> Table:
    """Return families of each fiscal year over the births of its calendar year; unpublished births stay empty."""
    rows = [_coverage_row(row) for row in coverage_years(years, today=today)]
    notes = [
        _("Fiscal year %(year)s: the number of births is not published here, so no coverage is given.")
        % {"year": row["fiscal_year"]}
        for row in rows
        if row["births"] is None
    ]
    notes += [
        _("Fiscal year %(year)s is running: its families so far stand beside the births of a whole year.")
        % {"year": row["fiscal_year"]}
        for row in rows
        if row["fiscal_year"] == fiscal_year(today) and today < fiscal_year_days(row["fiscal_year"])[1]
    ]
    drawn = Drawn("lines", along="fiscal_year", figures=("families", "births"))
    return Table(
        _("Coverage"), ("fiscal_year", "families", "births", "coverage_percent"), (), rows, notes, drawn=drawn
    )


def note_of_like_days(years: Iterable[int], today: date) -> list[str]:
    """Return the sentence that says with which days a running year's change compares; none of a year at its end."""
    words = _("Fiscal year %(year)s is running: its change compares with fiscal year %(before)s up to %(day)s.")
    return [
        words % {"year": year, "before": year - 1, "day": date_format(like_day(today, 1))}
        for year in years
        if year == fiscal_year(today) and today < fiscal_year_days(year)[1]
    ]


def _district_years_and_before(
    years: Sequence[int], today: date
) -> tuple[dict[int, DistrictYear], dict[int, DistrictYear]]:
    """Return each year, and by its number the year before: of a running one up to the same day, like beside like."""
    wanted = sorted({*years, *(year - 1 for year in years)})
    counted = {row.fiscal_year: row for row in district_years(wanted, today=today)}
    before = {year: counted[year - 1] for year in years}
    if (running := fiscal_year(today)) in before:
        (before[running],) = district_years([running - 1], today=like_day(today, 1))
    return {year: counted[year] for year in years}, before


def _district_table(
    title: str,
    counted: Mapping[int, Mapping[str, int]],
    before: Mapping[int, Mapping[str, int]],
    published: Mapping[int, Row],
    *,
    today: date,
) -> Table:
    """A row a year. A district that the keys do not know has a column too: the columns make the total."""
    keys = district_keys(slug for figures in (*counted.values(), *before.values()) for slug in figures)
    rows: list[Row] = []
    for year, found in counted.items():
        figures, last_year = _district_figures(found, keys), _district_figures(before[year], keys)
        change = {key: figures[key] - last_year[key] for key in keys} if last_year["total"] else None
        rows.append({"fiscal_year": year, **figures, "change": change, "published": published.get(year)})
    notes = note_of_like_days((row["fiscal_year"] for row in rows if row["change"]), today)
    return Table(title, ("fiscal_year", *keys), keys, rows, notes, drawn=Drawn("tiles", figures=keys[:-1]))


def district_keys(slugs: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of a row by district, in order: the ward's districts, further ones, elsewhere, the total."""
    further = sorted({*slugs} - {*DISTRICT_KEYS})
    return (*DISTRICTS, *further, ELSEWHERE, "total")


def label_of(key: str) -> str:
    """Return what people read above a column; a district that has no word of its own is called by its key."""
    return str(LABELS.get(key, key))


def difference(computed: Any, published: Any) -> Any:
    """Return computed − published, None where either is missing."""
    return None if computed is None or published is None else computed - published


def _facility_row(year: int, period: FacilityPeriod) -> Row:
    return {
        "facility": period.facility.slug,
        "fiscal_year": year,
        "short_stay_days": period.short_stay_days,
        "day_care_days": period.day_care_days,
        "total_days": period.total_days,
        "families": period.families,
        "slot_days": period.slot_days,
        "occupancy_percent": period.occupancy_percent,
    }


def _notes(row: Row, period: FacilityPeriod) -> list[str]:
    where = _("%(facility)s, fiscal year %(year)s: ") % {"facility": period.facility, "year": row["fiscal_year"]}
    notes = []
    if period.inferred_slot_days:
        notes.append(
            where
            + _("%(days)+d slot-days are inferred: closed or reduced days that nobody published.")
            % {"days": period.inferred_slot_days}
        )
    if reason := why_it_differs(row, row["published"]):
        notes.append(where + reason)
    return notes


def _facility_order(slug: str) -> int:
    order = ("ward-centre", "mamas-room", "shiseikai")
    return order.index(slug) if slug in order else len(order)


def _district_figures(figures: Mapping[str, int], keys: Sequence[str]) -> dict[str, int]:
    return {**{key: figures.get(key, 0) for key in keys}, "total": sum(figures.values())}


def _coverage_row(row: CoverageYear) -> Row:
    return {
        "fiscal_year": row.fiscal_year,
        "families": row.families,
        "births": row.births,
        "coverage_percent": row.coverage_percent,
        "published": None,
    }


def as_json_value(value: Any) -> Any:
    """Decimals as numbers with their one decimal; all else as it is."""
    return float(value) if isinstance(value, Decimal) else value
