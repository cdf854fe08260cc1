"""Write a ward's checked files into the tables: all or nothing, and never over what staff have changed.

Each row is remembered as it was loaded (``LoadedWardRow``). A record that still says so takes the file's change; one
that says something else was edited by staff and stays; one that is gone was deleted by staff and stays away
(docs/decisions/0005-a-wards-files-are-the-baseline.md).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model
from django.utils.translation import gettext as _

from facilities.models import PlacePool
from reports.models import LoadedWardRow
from sankecare.database_refusals import sentence_for
from sankecare.postgresql.in_force import rewriting

from .columns import Problem, Row
from .read import Ward
from .tables import TABLES, NotThere, Table, fields_of

# Two loads at once would both find a row missing: the second waits. The number is only this lock's name.
LOADING = 20_180_401
Content = dict[str, str | None]

OVERBOOKED = """
SELECT b.pool_id, b.day, count(*), facilities_slots_on(b.pool_id, b.day)
  FROM bookings_bookingday b WHERE b.status <> 'released'
 GROUP BY b.pool_id, b.day HAVING count(*) > facilities_slots_on(b.pool_id, b.day)
 ORDER BY b.day, b.pool_id
"""


class Outcome(StrEnum):
    """What became of a row; ``kept`` and ``deleted`` are where staff had the last word."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    DELETED = "deleted"


class Refusal(Exception):
    """The database does not take the files; nothing was written."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*map(str, problems))
        self.problems = problems


@dataclass
class Summary:
    """What a load did: counts by file, and the rows where the database keeps its own."""

    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)
    remarks: list[Problem] = field(default_factory=list)

    @property
    def wrote(self) -> bool:
        """Tell whether anything was created or changed."""
        return any(count[Outcome.CREATED] or count[Outcome.CHANGED] for count in self.counts.values())


@transaction.atomic
def write_ward(ward: str, rows: Ward) -> Summary:
    """Write the rows of a checked ward and return what was done. Raises ``Refusal``; then nothing was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING])
    # In the order in which bookings lock: the guards of the calendar's tables take these too.
    list(PlacePool.objects.order_by("pk").select_for_update(no_key=True))
    writer = _Writer(ward)
    for file, table in TABLES.items():
        writer.write_file(table, rows[file])
    writer.check_places(rows["pools.csv"])
    writer.tell_of_rows_gone(rows)
    return writer.summary


class _Writer:
    def __init__(self, ward: str) -> None:
        self.ward = ward
        self.loaded = {(row.file, row.key): row for row in LoadedWardRow.objects.filter(ward=ward)}
        self.numbers: dict[tuple[str, str], Any] = {}
        self.summary = Summary(counts={file: Counter() for file in TABLES})

    def write_file(self, table: Table, rows: list[Row]) -> None:
        existing = list(table.model._default_manager.all())
        by_number = {str(record.pk): record for record in existing}
        by_natural = {_natural(record, table): record for record in existing}
        new: list[tuple[Row, dict[str, Any]]] = []
        for place, row in enumerate(rows):
            before = self.loaded.get((row.file, row.key))
            record = by_number.get(before.record) if before else None
            try:
                if before and record is None:
                    raise NotThere(row.key)
                fields = fields_of(row, place, self._number)
            except NotThere:
                self._count(row, Outcome.DELETED)
                continue
            record = record or by_natural.get(_natural(table.model(**fields), table))
            if record is None:
                new.append((row, fields))
                continue
            self.numbers[row.file, row.key] = record.pk
            self._count(row, self._settle(row, record, fields, before))
        self._create(table.model, new)

    def _settle(self, row: Row, record: Model, fields: dict[str, Any], before: LoadedWardRow | None) -> Outcome:
        """Bring a record that is there to what the file says, unless staff have changed it."""
        there, asked = _content(record, fields), _as_content(fields)
        if there == asked:
            self._remember(row, record, asked, before)
            return Outcome.UNCHANGED
        if before is None or there != before.content:
            differing = [name for name in asked if there[name] != asked[name]]
            self.summary.remarks += [_kept(row, name, there[name], asked[name]) for name in differing]
            return Outcome.KEPT
        for name, value in fields.items():
            setattr(record, name, value)
        with rewriting(), _refused(row):  # a refusal is undone before what is kept is closed again
            record.save(update_fields=fields.keys() - {record._meta.pk.attname})
        self._remember(row, record, asked, before)
        return Outcome.CHANGED

    def _create(self, model: type[Model], new: list[tuple[Row, dict[str, Any]]]) -> None:
        """Insert at once; only when the database refuses, one by one, to name the row that it refuses."""
        if not new:
            return
        try:
            with transaction.atomic():
                records = model._default_manager.bulk_create([model(**fields) for _row, fields in new])
        except IntegrityError:
            records = []
            for row, fields in new:
                with _refused(row):
                    records.append(model._default_manager.create(**fields))
        memories = []
        for (row, fields), record in zip(new, records, strict=True):
            self._count(row, Outcome.CREATED)
            self.numbers[row.file, row.key] = record.pk
            memories.append(self._memory(row, record, _as_content(fields)))
        LoadedWardRow.objects.bulk_create(memories)

    def _memory(self, row: Row, record: Model, content: Content) -> LoadedWardRow:
        return LoadedWardRow(ward=self.ward, file=row.file, key=row.key, record=str(record.pk), content=content)

    def _remember(self, row: Row, record: Model, content: Content, before: LoadedWardRow | None) -> None:
        if before is None:
            self._memory(row, record, content).save()
        elif before.content != content:
            before.content = content
            before.save(update_fields=["content"])

    def _number(self, file: str, key: str) -> Any:
        if (file, key) not in self.numbers:
            raise NotThere(key)
        return self.numbers[file, key]

    def _count(self, row: Row, outcome: Outcome) -> None:
        self.summary.counts[row.file][outcome] += 1

    def check_places(self, pools: Iterable[Row]) -> None:
        """Let the deferred guards speak now. Raises ``Refusal`` naming each day on which a place would be lost."""
        try:
            with transaction.atomic():
                connection.check_constraints()
        except IntegrityError as refusal:
            by_number = {self.numbers.get((row.file, row.key)): row for row in pools}
            with connection.cursor() as cursor:
                cursor.execute(OVERBOOKED)
                over = cursor.fetchall()
            raise Refusal(*(_overbooked(by_number.get(pool), *day) for pool, *day in over)) from refusal

    def tell_of_rows_gone(self, rows: Ward) -> None:
        """Remark on records whose row is no longer in the files; they stay, for bookings may stand on them."""
        in_files = {(file, row.key) for file in TABLES for row in rows[file]}
        for (file, key), before in self.loaded.items():
            if (file, key) in in_files or file not in TABLES:
                continue
            if TABLES[file].model._default_manager.filter(pk=before.record).exists():
                sentence = _("“%(key)s” is no longer in the file; its record stays as it is.") % {"key": key}
                self.summary.remarks.append(Problem(file, 0, "", sentence))


def _content(record: Model, fields: Iterable[str]) -> Content:
    return {name: _text(getattr(record, name)) for name in fields}


def _as_content(fields: dict[str, Any]) -> Content:
    return {name: _text(value) for name, value in fields.items()}


def _text(value: Any) -> str | None:
    """A value as text that is the same whether it came from a file or from the database."""
    if isinstance(value, DateRange):
        return f"{value.lower} – {value.upper or ''}"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return None if value is None else str(value)


def _natural(record: Model, table: Table) -> tuple[Any, ...]:
    values = (getattr(record, name) for name in table.natural)
    return tuple(value.lower if isinstance(value, DateRange) else value for value in values)


def _kept(row: Row, name: str, there: str | None, asked: str | None) -> Problem:
    sentence = _("Staff have changed this; it stays “%(there)s”, the file says “%(asked)s”.")
    return Problem(
        row.file, row.line, name.removesuffix("_id"), sentence % {"there": there or "", "asked": asked or ""}
    )


def _overbooked(pool: Row | None, day: Any, booked: int, slots: int) -> Problem:
    sentence = _(
        "%(day)s: %(booked)s families are booked, the files leave %(slots)s slots. "
        "Move or cancel their bookings first."
    ) % {"day": day, "booked": booked, "slots": slots}
    return Problem("pools.csv", pool.line if pool else 0, pool.key if pool else "", sentence)


@contextmanager
def _refused(row: Row) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refusal:
        raise Refusal(Problem(row.file, row.line, "", sentence_for(refusal))) from refusal
