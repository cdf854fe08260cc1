"""訂正の記録 in words: who corrected what, when, from what to what. From the history that the database writes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sankecare.moments import clock_time


@dataclass(frozen=True)
class Changed:
    """One field of a correction, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """One correction: of what, by whom, when, why where a reason was asked, and each field that it changed."""

    of: str
    by: Any
    at: datetime
    reason: str
    changed: Sequence[Changed]


def events_of(model: type[Model], **known: Any) -> "QuerySet[Any]":
    """Return the versions of rows of the model, the oldest first. One query."""
    events = model.pgh_event_model.objects  # type: ignore[attr-defined]  # pghistory
    return events.filter(**known).order_by("pgh_id")  # type: ignore[no-any-return]


def changes_between(before: Any, after: Any, names: Iterable[str], *, owner: str = "") -> list[Changed]:
    """Return the fields of two versions that differ, in words; ``owner``: whose they are, such as a baby's name."""
    return [
        Changed(_label(after, name, owner), in_words(before, name), in_words(after, name))
        for name in names
        if getattr(before, name) != getattr(after, name)
    ]


def corrections(
    versions: Sequence[Any], names: Iterable[str], *, of: str, beside: Mapping[datetime, list[Changed]] | None = None
) -> list[Correction]:
    """Return what a row's versions corrected, the newest first.

    ``beside``: what was changed along with it in other tables, by the moment of the transaction (``pgh_created_at``).
    """
    found = []
    for before, after in pairwise(versions):
        if after.recorded_at == before.recorded_at:
            continue  # nobody wrote it: what was noted by the hour was added up
        changed = changes_between(before, after, names) + (beside or {}).get(after.pgh_created_at, [])
        if changed:
            reason = getattr(after, "corrected_because", "")
            found.append(Correction(of, after.recorded_by, after.recorded_at, reason, changed))
    return found[::-1]


def in_words(version: Any, name: str) -> str:
    """Return a version's value as a person reads it; nothing is said to be nothing."""
    display = getattr(version, f"get_{name}_display", None)
    value = display() if display is not None else getattr(version, name)
    if value is None or value == "":
        return _("nothing")
    return next((words(value) for kind, words in WORDS if isinstance(value, kind)), str(value))


def _label(version: Any, name: str, owner: str) -> str:
    words = str(version._meta.get_field(name).verbose_name)
    return f"{owner}：{words}" if owner else words


WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: _("yes") if value else _("no")),
    (Decimal, lambda value: format(value.normalize(), "f")),
    (datetime, clock_time),
    (date, date_format),
)
