"""合同会議資料: the year's report for the joint meeting of ward, facilities and districts, as rows of a table.

A row is one figure: its section, what it is of, and what is shown. Counts about families are masked (small_cells);
use by facility and district is what the ward publishes anyway, and is not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from facilities.models import District, Facility

from .meeting_queries import MeetingFigures, meeting_figures, notes_taken
from .models import PracticeNote
from .small_cells import NOT_SHOWN, SHOWN_SMALL, masked, masked_group
from .tables import Row, Table, district_table, facility_year_table

KEYS = ("fiscal_year", "section_name", "item_name", "figure_name", "shown")


@dataclass(frozen=True)
class Section:
    """One part of the pack: a heading, what its figures are of, and its rows: (item, its name, figures by key)."""

    code: str
    name: str
    figures: Mapping[str, str]
    rows: Sequence[tuple[str, str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Pack:
    """The whole pack: sections, notes of good practice, and what the reader must know."""

    fiscal_year: int
    sections: list[Section]
    practice: list[PracticeNote]
    notes: list[str]


def meeting_pack(year: int, *, today: date) -> Pack:
    """Return the pack of a fiscal year; a running one counts to ``today``. A fixed number of queries."""
    figures = meeting_figures(year, today=today)
    districts = {row.slug: str(row) for row in District.objects.order_by("position")}
    sections = [
        *_referrals(figures, districts),
        _responses(figures),
        *_work(figures),
        _requests(figures),
        *_use(year, today, districts),
        _incidents(figures),
    ]
    notes = [
        _("Counts of 1 or 2 are shown as %(small)s; %(hidden)s: not shown, so that none can be worked out.")
        % {"small": SHOWN_SMALL, "hidden": NOT_SHOWN},
        _("Working hours are those of the ward's offices. Median and 90th percentile of three referrals or more."),
        _("A referral counts once for each of its concerns; every other table counts it once."),
    ]
    return Pack(year, sections, notes_taken(year), notes)


def as_table(pack: Pack) -> Table:
    """Return a pack as one table, what ``manage.py report meeting`` prints: a row a figure, then a row a note.

    The keys are law.
    """
    rows = [
        {"fiscal_year": pack.fiscal_year, **_figure(section, key, shown), "item": item, "item_name": name}
        for section in pack.sections
        for item, name, figures in section.rows
        for key, shown in figures.items()
    ]
    rows += [
        {
            "fiscal_year": pack.fiscal_year,
            "section": "good_practice",
            "item": str(note.pk),
            "figure": "wording",
            "value": None,
            "section_name": _("Good practice"),
            "item_name": note.title,
            "figure_name": str(note.facility or note.district or ""),
            "shown": note.wording,
        }
        for note in pack.practice
    ]
    title = _("Joint meeting, fiscal year %(year)s") % {"year": pack.fiscal_year}
    return Table(title, KEYS, (), rows, pack.notes)


def _figure(section: Section, key: str, shown: Any) -> Row:
    return {
        "section": section.code,
        "figure": key,
        # None where it is masked, or where there is no figure.
        "value": None if isinstance(shown, str) else shown,
        "section_name": section.name,
        "figure_name": section.figures[key],
        "shown": shown,
    }


def _referrals(figures: MeetingFigures, districts: Mapping[str, str]) -> list[Section]:
    total = sum(figures.by_district.values())
    by_district = {slug: figures.by_district.get(slug, 0) for slug in districts}
    return [
        _counts("referrals_by_district", _("Follow-up requests by district"), by_district, districts, total=total),
        _counts("referrals_by_recipient", _("Follow-up requests by recipient"), figures.by_recipient, total=total),
        _counts("referrals_by_concern", _("Follow-up requests by concern"), figures.by_concern),
        _counts("referrals_by_ground", _("Follow-up requests by ground"), figures.by_ground, total=total),
        _counts("referrals_by_urgency", _("Follow-up requests by urgency"), figures.by_urgency, total=total),
    ]


def _responses(figures: MeetingFigures) -> Section:
    times = figures.responses
    shown: dict[str, Any] = {
        "received": masked(times.received),
        "within_percent": times.within_percent,
        "median_hours": times.median_hours,
        "p90_hours": times.p90_hours,
        "not_received": masked(figures.not_received),
    }
    names = {
        "received": _("received"),
        "within_percent": _("of these within the time due, %"),
        "median_hours": _("working hours until received, median"),
        "p90_hours": _("working hours until received, 90th percentile"),
        "not_received": _("not received yet"),
    }
    return Section("response", _("How soon requests were received"), names, [("all", _("All districts"), shown)])


def _work(figures: MeetingFigures) -> list[Section]:
    return [
        _counts("outcomes", _("What came of them"), figures.by_outcome, total=sum(figures.by_outcome.values())),
        _counts("happenings", _("Taken up again, sent on, handed over"), figures.happenings),
        _counts("contacts", _("Contacts with families, by way"), figures.contacts),
    ]


def _requests(figures: MeetingFigures) -> Section:
    total = sum(figures.place_requests.values())
    return _counts("place_requests", _("Requests for places"), figures.place_requests, total=total)


def _use(year: int, today: date, districts: Mapping[str, str]) -> list[Section]:
    keys = ("short_stay_days", "day_care_days", "total_days", "families", "slot_days", "occupancy_percent")
    names = dict(Facility.objects.values_list("slug", "name"))
    by_facility = [
        (row["facility"], names[row["facility"]], {key: row[key] for key in keys})
        for row in facility_year_table([year], today=today).rows
    ]
    of_year = district_table([year], today=today).rows[0]
    change = of_year["change"] or {}
    by_district = [
        (slug, name, {"families": of_year[slug], "change": change.get(slug)})
        for slug, name in ({**districts, "total": _("Total")}).items()
    ]
    labels = {
        "short_stay_days": _("Short-stay days"),
        "day_care_days": _("Day-care days"),
        "total_days": _("Total days"),
        "families": _("Unduplicated families"),
        "slot_days": _("Slot-days"),
        "occupancy_percent": _("Occupancy %"),
        "change": _("Change on the year before"),
    }
    return [
        Section("use_by_facility", _("Use by facility"), labels, by_facility),
        Section("use_by_district", _("Use by district"), labels, by_district),
    ]


def _incidents(figures: MeetingFigures) -> Section:
    names = {"near_miss": _("Near misses"), "incident": _("Incidents"), "serious": _("of these serious")}
    rows = [
        (code, name, {key: masked(count) for key, count in counts.items()}) for code, name, counts in figures.incidents
    ]
    return Section("incidents", _("Near misses and incidents, by chapter of the safety manual"), names, rows)


def _counts(
    code: str,
    name: str,
    counts: Mapping[Any, int],
    names: Mapping[str, str] | None = None,
    *,
    total: int | None = None,
) -> Section:
    """A section of one count an item; masked as a group where its total is shown."""
    shown = masked_group(counts) if total is not None else {key: masked(count) for key, count in counts.items()}
    rows: list[tuple[str, str, Mapping[str, Any]]] = list(_items(shown, names))
    if total is not None:
        rows.append(("total", _("Total"), {"count": masked(total)}))
    return Section(code, name, {"count": _("count")}, rows)


def _items(
    shown: Mapping[Any, int | str], names: Mapping[str, str] | None
) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    for key, count in shown.items():
        yield str(key), names[key] if names else str(key.label), {"count": count}
