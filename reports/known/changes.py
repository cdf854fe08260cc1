"""What changed of a table since a day: its figures then and now, what made the difference, and each booked day of it.

Both are counted for the same days, up to that day: what differs is what was known, not how much time has passed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.models.places import number_of
from facilities.fiscal_year import fiscal_year_days
from facilities.models import Facility
from reports.queries import facility_years
from reports.tables import Row, Table

from .at import KnownAt, end_of, known_on
from .day_changes import Cause, DayChange, Place, added_up, changed_days, changed_families
from .differences import Difference, differences
from .slot_changes import calendars_of_places, changed_slots

Build = Callable[..., Table]
MOST_ROWS = 500
NONE = (0, 0, 0)
USE = "bookings_bookingday"


@dataclass(frozen=True)
class Explained:
    """One figure of a facility and year: then + every cause = now."""

    place: Place
    figure: str
    then: int
    causes: dict[Any, int]
    now: int

    @property
    def adds_up(self) -> bool:
        return self.then + sum(self.causes.values()) == self.now


@dataclass(frozen=True)
class Changed:
    """What changed since the end of ``day``. ``records``: of each table read, how many rows came, changed and went."""

    day: date
    title: str
    figures: list[Difference]
    explained: list[Explained]
    days: list[DayChange]
    records: list[tuple[str, int, int, int]]


def changed_since(build: Build, years: Sequence[int], *, day: date, today: date) -> Changed:
    """Return what of a table of fiscal years is otherwise now than it was known at the end of ``day``.

    Errors: as ``known_on``; of a table whose records have no history ``no_history``.
    """
    whole = sorted(years)
    first, last = fiscal_year_days(whole[0])[0], min(fiscal_year_days(whole[-1])[1], day)
    now, use_now = build(years, today=day), _use(whole, day)
    calendars_now = calendars_of_places(first, last)
    with known_on(day, today=today) as known:
        then = build(years, today=day)
        read = list(known.told)
        calendars_then, use_then = calendars_of_places(first, last), _use(whole, day)
        explains = USE in read and first <= last
        days = changed_days(first, last, end_of(day)) if explains else []
        families = changed_families(first, last) if explains else []
        slots = changed_slots(calendars_then, calendars_now, whole, day) if explains else {}
        records = [row for table in read if any((row := _rows_since(table, known))[1:])]
    of_days = [(place, cause, count) for change in days for place, cause, count in change.counts()]
    wanted = {place for place, *_rest in (*of_days, *families)} | set(slots)
    parts = (added_up(of_days), added_up(families), slots)
    return Changed(
        day,
        str(now.title),
        differences(then, now),
        [
            Explained(
                place, figure, use_then.get(place, (0, 0, 0))[number], causes, use_now.get(place, (0, 0, 0))[number]
            )
            for place in sorted(wanted)
            for number, figure in enumerate((_("Total days"), _("Unduplicated families"), _("Slot-days")))
            if (causes := dict(parts[number].get(place, {})))
        ],
        days,
        records,
    )


def as_table(changed: Changed, *, by_day: bool = True) -> Table:
    """Return it as rows that every format prints: section, of what, figure, counted.

    ``by_day``: with each booked day that counts otherwise, by the number of its booking.
    """
    names = dict(Facility.objects.values_list("slug", "name"))
    rows: list[Row] = []

    def add(section: str, item: str, figure: str, shown: Any) -> None:
        rows.append({"section_name": section, "item_name": item, "figure_name": figure, "shown": shown})

    then, now = pgettext("a figure", "As known then"), pgettext("a figure", "As known now")
    for one in changed.figures:
        item = f"{one.row} {one.figure}"
        add(_("Figures that differ"), item, then, _cell(one.then))
        add(_("Figures that differ"), item, now, _cell(one.now))
        if one.by is not None:
            add(_("Figures that differ"), item, _("Difference"), f"{one.by:+}")
    for part in changed.explained:
        item = f"{names.get(part.place[0], part.place[0])} {part.place[1]} {part.figure}"
        add(_("What made it"), item, then, str(part.then))
        for cause, count in part.causes.items():
            add(_("What made it"), item, str(cause.label), f"{count:+}")
        add(_("What made it"), item, now, str(part.now))
    for change in changed.days[:MOST_ROWS] if by_day else []:
        place, day = change.now or change.was or ("", changed.day)
        item = f"{number_of(change.booking)} {date_format(day)} {names.get(place, place)}"
        at = date_format(timezone.localtime(change.at), "DATETIME_FORMAT") if change.at else "-"
        add(_("Each booked day"), item, str(_cause_of(change).label), at)
    for words, came, altered, went in changed.records:
        for figure, count in (
            (pgettext("records", "Entered since"), came),
            (pgettext("records", "Changed since"), altered),
            (pgettext("records", "Deleted since"), went),
        ):
            if count:
                add(_("Records since"), words, figure, str(count))
    return Table(
        _("%(table)s: what changed since %(day)s") % {"table": changed.title, "day": date_format(changed.day)},
        ("section_name", "item_name", "figure_name", "shown"),
        (),
        rows,
        _notes(changed),
    )


def _notes(changed: Changed) -> list[str]:
    notes = [
        _("Then and now are both counted up to %(day)s: what differs is what was known of these days.")
        % {"day": date_format(changed.day)}
    ]
    if not changed.figures:
        notes.append(_("No figure of this table is otherwise now."))
    if len(changed.days) > MOST_ROWS:
        notes.append(
            _("Of %(count)s days the first %(shown)s are listed.") % {"count": len(changed.days), "shown": MOST_ROWS}
        )
    return notes


def _cause_of(change: DayChange) -> Cause:
    return Cause.MOVED_HERE if change.was and change.now else change.cause


def _use(years: list[int], until: date) -> dict[Place, tuple[int, int, int]]:
    """Days, families and slot-days of each facility and year."""
    return {
        (row.facility.slug, year): (row.total_days, row.families, row.slot_days)
        for year, rows in facility_years(years, today=until).items()
        for row in rows
    }


def _rows_since(table: str, known: KnownAt) -> tuple[str, int, int, int]:
    """Of a table with a history: its name, and how many rows were entered, changed and deleted since."""
    model = next(one for one in apps.get_models(include_auto_created=True) if one._meta.db_table == table)
    words, history = str(model._meta.verbose_name_plural), getattr(model, "pgh_event_model", None)
    if history is None:
        return words, 0, 0, 0
    with connection.cursor() as cursor:
        cursor.execute(ROWS_SINCE.format(history._meta.db_table), {"moment": known.moment})
        came, altered, went = cursor.fetchone()
    return words, came, altered, went


def _cell(value: Any) -> str:
    return "-" if value is None else str(value)


ROWS_SINCE = """
    SELECT count(*) FILTER (WHERE came AND NOT went), count(*) FILTER (WHERE NOT came AND NOT went),
           count(*) FILTER (WHERE went AND NOT came)
      FROM (SELECT bool_or(pgh_label = 'insert') AS came, bool_or(pgh_label = 'delete') AS went
              FROM public.{} WHERE pgh_created_at >= %(moment)s GROUP BY pgh_obj_id) AS since
"""
