"""合同会議資料: the year's report for the joint meeting of ward, facilities and districts, as rows of a table.

A row is one figure: its section, what it is of, and what is shown. Counts of families and of what concerns them are
masked (small_cells), over all tables of a pack and over the packs of other years and months.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from facilities.fiscal_year import fiscal_year_days
from facilities.models import District, Facility
from referrals.models import ReferralState

from .meeting_queries import MeetingFigures, meeting_figures, notes_taken
from .models import PracticeNote
from .queries import ELSEWHERE
from .small_cells import HIDDEN, STEP, hidden_in, hidden_in_both, is_small, masked, masked_group, rounded, share_tells
from .tables import Row, Table, district_table, facility_year_table, label_of

A_DAY = timedelta(days=1)
RAISED, WITHDRAWN = ReferralState.RAISED, ReferralState.WITHDRAWN
NOT_RECEIVED = "not_received"
USE_KEYS = ("short_stay_days", "day_care_days", "total_days", "families", "slot_days", "occupancy_percent")
# Of a running year: what says nothing of families, and what is a share of exact counts.
EXACT = {"slot_days", "median_hours", "p90_hours"}
SHARES = {"within_percent", "occupancy_percent", "change"}
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
    """The whole pack: sections, notes of good practice, and what the reader must know.

    ``running_until``: the last day counted of a year that is running.
    """

    fiscal_year: int
    sections: list[Section]
    practice: list[PracticeNote]
    notes: list[str]
    running_until: date | None = None


def meeting_pack(year: int, *, today: date) -> Pack:
    """Return the pack of a fiscal year; a running one up to its last finished month. A fixed number of queries."""
    until = counted_until(year, today)
    figures = meeting_figures(year, today=until)
    districts = {row.slug: str(row) for row in District.objects.order_by("position")}
    # What waits to be received stands in two tables.
    open_now, not_received = hidden_in_both(figures.by_outcome_kept, figures.received_or_not, (RAISED, NOT_RECEIVED))
    sections = [
        *_referrals(figures, districts),
        _responses(figures, not_received),
        *_work(figures, open_now),
        _requests(figures),
        *_use(year, until, districts),
        _incidents(figures),
    ]
    running = until < fiscal_year_days(year)[1]
    if running:
        sections = [_in_steps(section) for section in sections]
    return Pack(year, sections, notes_taken(year), _notes(until, running=running), until if running else None)


def counted_until(year: int, today: date) -> date:
    """Return the last day that a pack counts: the year's last, or that of the last month finished by ``today``.

    So the pack changes once a month, and all who read it on any day of it read the same.
    """
    return min(fiscal_year_days(year)[1], today.replace(day=1) - A_DAY)


def _notes(until: date, *, running: bool) -> list[str]:
    notes = [
        _("%(hidden)s: 1 or 2, or hidden with them so that none can be worked out from the others.")
        % {"hidden": HIDDEN},
        _("Working hours are those of the ward's offices. Median and 90th percentile of three referrals or more."),
        _("A referral counts once for each of its concerns; every other table counts it once, unless withdrawn."),
        _("What came of the referrals: as it stood at the end of the time counted."),
    ]
    if running:
        words = _("The year is running: counted up to %(day)s, to the nearest %(step)d; shares when it is over.")
        notes.insert(0, words % {"day": date_format(until), "step": STEP})
    return notes


def _in_steps(section: Section) -> Section:
    """The section of a running year: counts to the nearest five; what is a share of them is not given yet."""
    rows = [(item, name, {key: _step(key, value) for key, value in row.items()}) for item, name, row in section.rows]
    return replace(section, rows=rows)


def _step(key: str, value: Any) -> Any:
    if key in EXACT or value is None:
        return value
    return None if key in SHARES else rounded(value)


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
    by_district = {slug: figures.by_district.get(slug, 0) for slug in districts}
    concerns = list(_items(masked_group(figures.by_concern), None))
    return [
        _counts("referrals_by_district", _("Follow-up requests by district"), by_district, districts),
        _counts("referrals_by_recipient", _("Follow-up requests by recipient"), figures.by_recipient),
        # No total stands below them: one request has several. How many there are is a bound all the same.
        Section("referrals_by_concern", _("Follow-up requests by concern"), {"count": _("count")}, concerns),
        _counts("referrals_by_ground", _("Follow-up requests by ground"), figures.by_ground),
        _counts("referrals_by_urgency", _("Follow-up requests by urgency"), figures.by_urgency),
    ]


def _responses(figures: MeetingFigures, hidden: Collection[str]) -> Section:
    times = figures.responses
    counts = figures.received_or_not
    tells = hidden or share_tells(times.within, times.received)
    shown: dict[str, Any] = {
        "received": HIDDEN if "received" in hidden else counts["received"],
        "within_percent": HIDDEN if tells and times.within_percent is not None else times.within_percent,
        "median_hours": times.median_hours,
        "p90_hours": times.p90_hours,
        NOT_RECEIVED: HIDDEN if NOT_RECEIVED in hidden else counts[NOT_RECEIVED],
    }
    names = {
        "received": _("received"),
        "within_percent": _("of these within the time due, %"),
        "median_hours": _("working hours until received, median"),
        "p90_hours": _("working hours until received, 90th percentile"),
        NOT_RECEIVED: _("not received yet"),
    }
    return Section("response", _("How soon requests were received"), names, [("all", _("All districts"), shown)])


def _work(figures: MeetingFigures, hidden: Collection[Any]) -> list[Section]:
    outcomes = {key: HIDDEN if key in hidden else count for key, count in figures.by_outcome_kept.items()}
    rows: list[tuple[str, str, Mapping[str, Any]]] = list(_items(outcomes, None))
    rows.append(("total", _("Total"), {"count": masked(sum(figures.by_outcome_kept.values()))}))
    rows += _items({WITHDRAWN: masked(figures.by_outcome[WITHDRAWN])}, None)
    return [
        Section("outcomes", _("What came of them"), {"count": _("count")}, rows),
        _alone("happenings", _("Taken up again, sent on, handed over"), figures.happenings),
        _alone("contacts", _("Contacts with families, by way"), figures.contacts),
    ]


def _requests(figures: MeetingFigures) -> Section:
    return _counts("place_requests", _("Requests for places"), figures.place_requests)


def _use(year: int, until: date, districts: Mapping[str, str]) -> list[Section]:
    names = dict(Facility.objects.values_list("slug", "name"))
    used = facility_year_table([year], today=until).rows
    by_facility = [
        (row["facility"], names[row["facility"]], shown)
        for row, shown in zip(used, use_shown([{key: row[key] for key in USE_KEYS} for row in used]), strict=True)
    ]
    of_year = district_table([year], today=until).rows[0]
    places = {**districts, ELSEWHERE: label_of(ELSEWHERE)}
    shown = families_shown(of_year, of_year["change"], list(places))
    by_district = [(slug, name, shown[slug]) for slug, name in ({**places, "total": _("Total")}).items()]
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


def use_shown(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what is shown of each facility's use. Pure.

    Of one or two families neither days nor occupancy are told: a family has seven days at most.
    """
    families = hidden_in({place: row["families"] for place, row in enumerate(rows)})
    shown = []
    for place, row in enumerate(rows):
        days = hidden_in({key: row[key] for key in ("short_stay_days", "day_care_days")})
        hidden = {*days, *(["families"] if place in families else [])}
        if is_small(row["families"]) or is_small(row["total_days"]):
            hidden = {key for key in row if key != "slot_days"}
        shown.append({key: HIDDEN if key in hidden else value for key, value in row.items()})
    return shown


def families_shown(
    now: Mapping[str, Any], change: Mapping[str, int] | None, districts: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return families by district and their change; a change only of what is shown in both years' packs. Pure."""
    every = [*districts, "total"]
    hidden = _hidden_families({slug: now[slug] for slug in every})
    shown = {slug: {"families": HIDDEN if slug in hidden else now[slug], "change": None} for slug in every}
    if change is None:
        return shown
    hidden |= _hidden_families({slug: now[slug] - change[slug] for slug in every})
    return {slug: {**shown[slug], "change": HIDDEN if slug in hidden else change[slug]} for slug in every}


def _hidden_families(counts: Mapping[str, int]) -> set[str]:
    """Which districts' families are hidden, and whether their total is."""
    by_district = {slug: count for slug, count in counts.items() if slug != "total"}
    return {*hidden_in(by_district), *(["total"] if is_small(counts["total"]) else [])}


def _incidents(figures: MeetingFigures) -> Section:
    names = {"near_miss": _("Near misses"), "incident": _("Incidents"), "serious": _("of these serious")}
    rows = [
        (code, name, {key: masked(count) for key, count in counts.items()}) for code, name, counts in figures.incidents
    ]
    return Section("incidents", _("Near misses and incidents, by chapter of the safety manual"), names, rows)


def _counts(code: str, name: str, counts: Mapping[Any, int], names: Mapping[str, str] | None = None) -> Section:
    """A section of one count an item that add up to the total, which stands below them."""
    rows: list[tuple[str, str, Mapping[str, Any]]] = list(_items(masked_group(counts), names))
    rows.append(("total", _("Total"), {"count": masked(sum(counts.values()))}))
    return Section(code, name, {"count": _("count")}, rows)


def _alone(code: str, name: str, counts: Mapping[Any, int]) -> Section:
    """A section of counts of which none follows from others."""
    rows = list(_items({key: masked(count) for key, count in counts.items()}, None))
    return Section(code, name, {"count": _("count")}, rows)


def _items(
    shown: Mapping[Any, int | str], names: Mapping[str, str] | None
) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    for key, count in shown.items():
        yield str(key), names[key] if names else str(key.label), {"count": count}
