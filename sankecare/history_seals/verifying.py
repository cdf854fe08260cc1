"""The history computed anew: every sealed row is read once, and whatever is not as it was sealed is told in words."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sankecare.models import HistoryCheck, HistoryDay, HistoryPart
from sankecare.transactions import in_transaction

from .chain import BEFORE_ALL, Part, digest_of_day
from .curve import fits_one_of
from .heads import kept_heads
from .rows import digests, read_alike
from .tables import WHO, name_of_table

A_DAY = timedelta(days=1)
# By the ward's clock: a night's seal is there by then.
SEALED_BY_HOUR = 2
# So many sentences are kept of a check and shown; the rest is counted.
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Verified:
    """What looking it all through found: sentences, none where all is well; what was read, in how many seconds."""

    problems: list[str]
    days: int
    rows: int
    seconds: float
    head: str


def verify_history(*, at: datetime, known: Iterable[str] = (), keys: Sequence[str] | None = None) -> Verified:
    """Compute every sealed day anew. ``known``: digests kept elsewhere; ``keys``: the public keys (None: settings)."""
    began = time.monotonic()
    with transaction.atomic():
        read_alike()
        days = list(HistoryDay.objects.order_by("day").prefetch_related("parts"))
        problems = [
            *_late(days, at),
            *_chain(days, settings.HISTORY_PUBLIC_KEYS if keys is None else keys),
            *_known(days, [*kept_heads(), *known]),
            *_tables(days),
        ]
    rows, head = sum(day.rows for day in days), days[-1].digest if days else ""
    return Verified(problems, len(days), rows, time.monotonic() - began, head)


@in_transaction
def keep_check(found: Verified, *, at: datetime) -> HistoryCheck:
    """Keep what a check found, for the auditor's page."""
    told = found.problems[:MOST_PROBLEMS]
    if more := len(found.problems) - len(told):
        told.append(_("… and %(count)d more") % {"count": more})
    return HistoryCheck.objects.create(
        at=at, days=found.days, rows=found.rows, seconds=found.seconds, head=found.head, problems=told
    )


def expected_day(at: datetime) -> date:
    """Return the day that must be sealed by now."""
    local = timezone.localtime(at)
    return local.date() - A_DAY * (1 if local.hour >= SEALED_BY_HOUR else 2)


def parts_as_sealed(table: str) -> list[tuple[HistoryPart, bool]]:
    """Return each sealed part of a table, the oldest first, and whether it and the seal of its day stand as they were.

    Inside a transaction. Whether no later seal was cut off is not looked at here.
    """
    read_alike()
    parts = list(HistoryPart.objects.filter(table=table).select_related("day").order_by("last"))
    signed = {part.pk: not _of_day(part.day, settings.HISTORY_PUBLIC_KEYS) for part in parts}
    return [(part, signed[part.pk] and not list(_rows_of([part]))) for part in parts]


def _late(days: Sequence[HistoryDay], at: datetime) -> Iterator[str]:
    expected = expected_day(at)
    if not days:
        yield _("Nothing is sealed: there is no seal at all.")
    elif days[-1].day < expected:
        yield _("Nothing was sealed since %(day)s: the newest seals are missing, or were cut off.") % {
            "day": days[-1].day.isoformat()
        }


def _chain(days: Sequence[HistoryDay], keys: Sequence[str]) -> Iterator[str]:
    if days and not keys:
        yield _("There is no public key here: no signature can be checked.")
    if days and days[0].previous:
        yield _("The first days are missing: %(day)s is chained to one that is not there.") % {
            "day": days[0].day.isoformat()
        }
    for before, day in pairwise(days):
        words = {"day": day.day.isoformat(), "before": before.day.isoformat()}
        if day.day != before.day + A_DAY:
            yield _("Days are missing between %(before)s and %(day)s.") % words
        if day.previous != before.digest:
            yield _("%(day)s is not chained to %(before)s.") % words
    for day in days:
        yield from _of_day(day, keys)


def _of_day(day: HistoryDay, keys: Sequence[str]) -> list[str]:
    words, found = {"day": day.day.isoformat()}, []
    parts = [_part(row) for row in day.parts.all()]
    made = digest_of_day(day.day, day.sealed_at, day.previous, parts)
    if (made, sum(part.rows for part in parts)) != (day.digest, day.rows):
        found.append(_("The seal of %(day)s was changed: its digest is not that of its parts.") % words)
    if keys and not fits_one_of(day.digest, day.signature, keys):
        found.append(_("The seal of %(day)s is not signed with the ward's key: it was made anew.") % words)
    return found


def _known(days: Sequence[HistoryDay], known: Iterable[str]) -> Iterator[str]:
    there = {day.digest for day in days}
    missing = [digest for digest in dict.fromkeys(known) if digest not in there]
    if missing:
        yield _("%(count)d digests that are kept elsewhere are not in the chain, the last of them %(digest)s.") % {
            "count": len(missing),
            "digest": missing[-1],
        }


def _tables(days: Sequence[HistoryDay]) -> Iterator[str]:
    by_table: dict[str, list[HistoryPart]] = defaultdict(list)
    for day in days:
        for part in day.parts.all():
            part.day = day
            by_table[part.table].append(part)
    there = _columns()
    for table, parts in sorted(by_table.items()):
        if table not in there:
            yield _("%(table)s: the table was sealed and is not there any more.") % {"table": name_of_table(table)}
            continue
        last = BEFORE_ALL
        for part in parts:
            if part.after != last:
                yield _("Of %(table)s rows are in no seal before %(day)s.") % {
                    "table": name_of_table(table),
                    "day": part.day.day.isoformat(),
                }
            last = part.last
        for columns, alike in groupby(parts, key=lambda part: tuple(part.columns)):
            if gone := {*columns} - {WHO} - there[table]:
                yield _("Of %(table)s %(count)d sealed columns are not there any more.") % {
                    "table": name_of_table(table),
                    "count": len(gone),
                }
            else:
                yield from _rows_of(list(alike))


def _rows_of(parts: Sequence[HistoryPart]) -> Iterator[str]:
    """Of parts of one table and the same columns, in order."""
    first = parts[0]
    found = digests(first.table, first.columns, first.after, [part.last for part in parts])
    for part, (rows, digest) in zip(parts, found, strict=True):
        if (rows, digest) == (part.rows, part.digest):
            continue
        yield _changed(rows, part.rows) % {
            "table": name_of_table(part.table),
            "day": part.day.day.isoformat(),
            "last": part.last,
            "rows": rows,
            "sealed": part.rows,
        }


def _changed(rows: int, sealed: int) -> str:
    if rows < sealed:
        return _("%(table)s, sealed on %(day)s up to row %(last)d: rows are missing, %(rows)d of %(sealed)d are left.")
    if rows > sealed:
        return _("%(table)s, sealed on %(day)s up to row %(last)d: rows were put in, %(rows)d instead of %(sealed)d.")
    return _("%(table)s, sealed on %(day)s up to row %(last)d: of its %(sealed)d rows some were changed or exchanged.")


def _columns() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_schema = 'public' GROUP BY table_name"
        )
        return {table: set(columns) for table, columns in cursor.fetchall()}


def _part(row: HistoryPart) -> Part:
    return Part(row.table, row.columns, row.after, row.last, row.rows, row.digest)
