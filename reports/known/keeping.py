"""控え: a table is fixed as it is given out, and stands beside the same one counted later."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from reports.catalogue.entry import TableEntry
from reports.formats import as_json
from reports.models import KeptTable
from reports.tables import Table
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .at import known_on
from .differences import Difference, differences


@in_transaction
def keep_table(
    *, entry: TableEntry, years: Sequence[int], day: date, purpose: str, by: User, at: datetime
) -> KeptTable:
    """Keep a table of fiscal years as it was known at the end of a day, and for what it is given out.

    Errors: NotPossible ``no_purpose``, and as ``known_on``.
    """
    if not purpose.strip():
        sentence = _("Please say for what it is given out.")
        raise NotPossible("no_purpose", sentence, {"purpose": sentence})
    with known_on(day, today=timezone.localdate(at)):
        table = entry.build(years, today=day)
    rows = json.loads(as_json(table))
    return KeptTable.objects.create(
        table=entry.slug,
        first_year=min(years),
        last_year=max(years),
        known_on=day,
        purpose=purpose.strip(),
        title=str(table.title),
        rows=rows,
        digest=digest_of(rows),
        kept_by=by,
        kept_at=at,
    )


def kept_of(slug: str) -> list[KeptTable]:
    """Return what was given out of a table, the newest first. One query."""
    return list(KeptTable.objects.filter(table=slug).select_related("kept_by"))


def beside_now(kept: KeptTable, entry: TableEntry) -> list[Difference]:
    """Return the figures of the same years and days that are otherwise now than they were given out."""
    years = list(range(kept.first_year, kept.last_year + 1))
    now = entry.build(years, today=kept.known_on)
    return differences(_with_rows(now, kept.rows), _with_rows(now, json.loads(as_json(now))))


def digest_of(rows: object) -> str:
    """Return the digest by which anybody checks that the rows are those that were kept (SHA-256)."""
    written = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _with_rows(table: Table, rows: object) -> Table:
    return replace(table, rows=list(rows) if isinstance(rows, list) else [])
