"""A table of the contents as it is asked for: as of now, or as it was known on a past day, with what changed since."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.catalogue.entry import Numbered
from reports.catalogue.openers import with_openers
from reports.known.asked import counted
from reports.known.changes import as_table, changed_since
from reports.known.keeping import beside_now, kept_of
from reports.models import KeptTable
from reports.tables import Table
from sankecare.errors import NotPossible

from .asked import Asked
from .cells import columns_of, lines_of

# So many are counted again beside what is counted now.
MOST_KEPT = 5


@dataclass(frozen=True)
class Built:
    """The table, or in ``problem`` why there is none; ``until``: up to which day it is counted."""

    table: Table | None
    until: date
    problem: str = ""


def built(found: Numbered, asked: Asked, today: date) -> Built:
    """Count the table of the years asked for, as of the day asked for."""
    try:
        done = counted(found, asked.years, known=asked.known, today=today)
    except NotPossible as refused:
        return Built(None, asked.known or today, refused.detail)
    known = asked.known.isoformat() if asked.known else ""
    return Built(with_openers(found.entry, done.table, known), done.until)


def changed(found: Numbered, asked: Asked, today: date) -> dict[str, Any] | None:
    """Return what changed of the table since the day asked for, as columns and lines; nothing where none is asked.

    No single booking stands there: what made a difference is told in numbers.
    """
    if asked.known is None or not asked.changed:
        return None
    told = as_table(changed_since(found.entry.build, asked.years, day=asked.known, today=today), by_day=False)
    return {"title": told.title, "columns": columns_of(told), "lines": lines_of(told), "notes": told.notes}


def kept_lines(found: Numbered) -> dict[str, Any] | None:
    """Return what was given out of the table, each with how many of its figures are otherwise now."""
    rows = kept_of(found.entry.slug)
    if not rows:
        return None
    words = (_("Kept at"), _("Given out for"), _("Fiscal years"), _("As known on"), _("Kept by"), _("Otherwise now"))
    lines = [
        [
            date_format(timezone.localtime(kept.kept_at), "DATETIME_FORMAT"),
            kept.purpose,
            f"{kept.first_year}–{kept.last_year}",
            {"text": date_format(kept.known_on), "url": _then(kept)},
            str(kept.kept_by),
            ngettext("%(count)s figure", "%(count)s figures", count) % {"count": count},
        ]
        for kept in rows[:MOST_KEPT]
        for count in (len(beside_now(kept, found.entry)),)
    ]
    return {"columns": [{"label": word, "numeric": False} for word in words], "lines": lines}


def _then(kept: KeptTable) -> str:
    asked = {"from": kept.first_year, "to": kept.last_year, "known": kept.known_on.isoformat(), "changed": "yes"}
    return f"{reverse('supervisor:table', args=[kept.table])}?{urlencode(asked)}"
