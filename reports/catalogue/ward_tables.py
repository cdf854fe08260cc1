"""区の表: the ward's own tables as its slides lay them out, published beside computed, for all years."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from facilities.fiscal_year import fiscal_year_days
from facilities.models import ServiceKind
from reports.chapters.ward_queries import SlotsFrom, slots_of_years
from reports.chapters.ward_years import WardChange, year_of_ward
from reports.consultation_queries import visit_years
from reports.published import published_appointments
from reports.tables import Row, Table, district_table, facility_year_table
from sankecare.moments import fact_in_words

from .entry import Chapter, TableEntry

# The order of the slides: a house with both kinds, one with day care alone, one with short stays alone.
BOTH = ("short_stay_days", "day_care_days", "total_days", "families", "occupancy_percent")
DAY_CARE = ("day_care_days", "families", "occupancy_percent")
SHORT_STAY = ("short_stay_days", "families", "occupancy_percent")


def house_table(
    years: Sequence[int], *, today: date, facility: str, keys: Sequence[str], with_slots: bool, title: str
) -> Table:
    """Return a facility's 利用実績: a row a year in the slides' columns, and each figure as published beside it."""
    counted = facility_year_table(years, today=today, facility=facility)
    slots = slots_of_years(facility, years) if with_slots else {}
    rows = [_house_row(row, keys, slots) for row in counted.rows]
    columns = ("fiscal_year", "ward_year", *keys, *(("slots_of_year",) if with_slots else ()))
    notes = [*counted.notes, *_slot_notes(slots, {row["fiscal_year"] for row in rows}), *_running(years, today)]
    return Table(title, columns, tuple(keys), rows, notes, for_programs=("fiscal_year",))


def ward_district_table(years: Sequence[int], *, today: date) -> Table:
    """Return 地域別利用者数: a row a year and, below it, the change on the year before in the ward's signs."""
    counted = district_table(sorted(years), today=today)
    rows: list[Row] = []
    for row in counted.rows:
        figures = {key: row[key] for key in counted.compared}
        year = row["fiscal_year"]
        rows.append(
            {
                "fiscal_year": year,
                "ward_year": _("FY %(year)s") % {"year": year_of_ward(year)},
                **figures,
                "published": row["published"],
            }
        )
        if (change := row["change"]) and not _is_running(year, today):
            rows.append(
                {
                    "fiscal_year": year,
                    "ward_year": pgettext("as the ward writes it", "Change on the year before"),
                    **{key: WardChange(change[key]) for key in counted.compared},
                    "published": _published_change(counted.rows, year),
                }
            )
    notes = [
        _("Each family counts once, also where it used more than one facility."),
        _("△ is more and ▲ is fewer, as the ward's slides write it; + and − stand beside."),
        *_running(years, today),
    ]
    columns = ("fiscal_year", "ward_year", *counted.compared)
    title = _("Users by district (as the ward prints it)")
    return Table(title, columns, counted.compared, rows, notes, for_programs=("fiscal_year",))


def ward_online_table(years: Sequence[int], *, today: date) -> Table:
    """Return オンライン相談 件数 by year."""
    counted = visit_years(years, today=today)
    published = published_appointments()
    rows = []
    for year in years:
        found = counted.get((year, ServiceKind.ONLINE_CONSULTATION.value))
        stated = published.get((ServiceKind.ONLINE_CONSULTATION.value, year))
        if found or stated:
            rows.append(
                {
                    "fiscal_year": year,
                    "ward_year": year_of_ward(year),
                    "appointments": found.appointments if found else 0,
                    "published": {"appointments": stated.value} if stated else None,
                }
            )
    columns = ("fiscal_year", "ward_year", "appointments")
    title = _("Online consultations (as the ward prints it)")
    return Table(title, columns, ("appointments",), rows, _running(years, today), for_programs=("fiscal_year",))


def _house_row(row: Row, keys: Sequence[str], slots: dict[int, list[SlotsFrom]]) -> Row:
    year = row["fiscal_year"]
    found = {"fiscal_year": year, "ward_year": year_of_ward(year), **{key: row[key] for key in keys}}
    if slots:
        found["slots_of_year"] = _slots_in_words(slots.get(year, []))
    published = row["published"]
    return {**found, "published": {key: published[key] for key in keys} if published else None}


def _slots_in_words(parts: Sequence[SlotsFrom]) -> str:
    """As the slide writes it: 3, or 3or2（※） where it changed or the house was suspended in the year."""
    numbers = sorted({part.slots for part in parts if part.slots}, reverse=True)
    words = "or".join(map(str, numbers)) or "–"
    return f"{words}（※）" if len(parts) > 1 else words


def _slot_notes(slots: dict[int, list[SlotsFrom]], years: set[int]) -> list[str]:
    """The slide's second table: in which days how many slots there were, of years in which that changed."""
    notes = []
    for year, parts in sorted(slots.items()):
        if len(parts) < 2 or year not in years:
            continue
        told = [
            (_("suspended") if not part.slots else _("%(slots)s slots") % {"slots": part.slots})
            + f" {fact_in_words(part.first_day)}～{fact_in_words(part.last_day)}"
            for part in parts
        ]
        notes.append(f"※ {year_of_ward(year)}：{'、'.join(told)}")
    return notes


def _published_change(rows: Sequence[Row], year: int) -> Row | None:
    stated = {row["fiscal_year"]: row["published"] for row in rows}
    now, before = stated.get(year), stated.get(year - 1)
    if not now or not before:
        return None
    both = [key for key in now if now[key] is not None and before.get(key) is not None]
    return {key: WardChange(now[key] - before[key]) for key in both}


def _is_running(year: int, today: date) -> bool:
    first, last = fiscal_year_days(year)
    return first <= today <= last


def _running(years: Sequence[int], today: date) -> list[str]:
    return [
        _("%(year)s is still running: counted up to %(day)s, and not compared with a whole year.")
        % {"year": year_of_ward(year), "day": fact_in_words(today)}
        for year in years
        if _is_running(year, today)
    ]


def _house(slug: str, facility: str, keys: Sequence[str], title: object, *, with_slots: bool = False) -> TableEntry:
    def build(years: Sequence[int], *, today: date) -> Table:
        return house_table(years, today=today, facility=facility, keys=keys, with_slots=with_slots, title=str(title))

    return TableEntry(
        slug=slug,
        title=title,  # type: ignore[arg-type]  # a lazy string
        build=build,
        what=gettext_lazy("The columns of the ward's own table, for all years; what was published stands beside."),
        rule=gettext_lazy(
            "Days are family-days, families count once a year. Occupancy is days over slot-days, in percent, halves "
            "up to one decimal. Years are named by the era of 1 April, as on the slides."
        ),
        source=gettext_lazy("Used days of bookings and the calendar; the ward's slides for what was published."),
    )


CHAPTER = Chapter(
    "ward-tables",
    gettext_lazy("The ward's own tables"),
    (
        _house("ward-centre-use", "ward-centre", BOTH, gettext_lazy("Use of the Ward Centre (as the ward prints it)")),
        _house(
            "mamas-room-use",
            "mamas-room",
            DAY_CARE,
            gettext_lazy("Use of Mama's Room (as the ward prints it)"),
            with_slots=True,
        ),
        _house("shiseikai-use", "shiseikai", SHORT_STAY, gettext_lazy("Use of Shiseikai (as the ward prints it)")),
        TableEntry(
            slug="district-users",
            title=gettext_lazy("Users by district (as the ward prints it)"),
            build=ward_district_table,
            what=gettext_lazy("Unduplicated families by district and year, with the change on the year before."),
            rule=gettext_lazy(
                "A family counts where it lived on its first used day of the fiscal year. △ is more and ▲ is fewer."
            ),
            source=gettext_lazy("Used days of bookings, the family's residence; the ward's slides."),
        ),
        TableEntry(
            slug="online-consultation-years",
            title=gettext_lazy("Online consultations (as the ward prints it)"),
            build=ward_online_table,
            what=gettext_lazy(
                "Online consultations that took place, by fiscal year; the first ran from October 2020."
            ),
            rule=gettext_lazy("Each appointment that took place counts once."),
            source=gettext_lazy("Appointments; the ward's slides for what was published."),
        ),
    ),
)
