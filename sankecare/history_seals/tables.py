"""Which tables are sealed, and what of their rows: computed from the models, so that none is forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _
from pghistory.models import Event

from sankecare.models import HistoryDay, HistoryPart
from sankecare.postgresql.rights import kept_from

# The chain itself: each day is chained to the day before, and signed.
CHAIN = (HistoryDay, HistoryPart)
# The one thing that is ever taken out of a history: the address of a family that comes under protection
# (enrollment.protection). A digest of it would still tell whether a guess is right, so it is not sealed.
TAKEN_OUT = {"enrollment_residenceevent": ("town_id", "postcode", "chome", "block", "rest")}
# Who made a change, and on which page: stands in a row of its own, sealed with every change that names it.
CONTEXT_COLUMN = "pgh_context_id"
WHO = "pghistory_context.metadata"


@dataclass(frozen=True)
class Sealed:
    """A table whose rows nobody changes or deletes: its number (``key``) and what of each row is sealed."""

    table: str
    key: str
    columns: Sequence[str]


def is_sealed(model: type[Model]) -> bool:
    """Tell whether rows of the model are never changed nor deleted, so that they can be sealed."""
    return model not in CHAIN and model._meta.managed and {"UPDATE", "DELETE"} <= kept_from(model)


def sealed_tables() -> list[Sealed]:
    """Return all of them, by name."""
    found = [_sealed(model) for model in apps.get_models(include_auto_created=True) if is_sealed(model)]
    return sorted(found, key=lambda each: each.table)


def name_of_table(table: str) -> str:
    """Return what a sealed table holds, as people call it: no sentence of a page says a table's name."""
    model = next((each for each in apps.get_models(include_auto_created=True) if each._meta.db_table == table), None)
    if model is None:
        return _("a table of an earlier version")
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is None:
        return str(model._meta.verbose_name)
    return _("changes of: %(rows)s") % {"rows": tracked._meta.verbose_name}


def _sealed(model: type[Model]) -> Sealed:
    meta = model._meta
    key, taken_out = str(meta.pk.column), TAKEN_OUT.get(meta.db_table, ())
    columns = sorted(str(field.column) for field in meta.concrete_fields if field.column not in taken_out)
    columns.remove(key)
    who = [WHO] if issubclass(model, Event) and CONTEXT_COLUMN in columns else []
    return Sealed(meta.db_table, key, (key, *columns, *who))
