"""What has history is ended, never deleted: asked by one look at each table that refers to it, nothing is walked."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pghistory.models import Event

from sankecare.postgresql.in_force import is_kept

# Whoever reads why something stays needs no more examples; a page's ticks are deleted at most.
MOST_KINDS, MOST_AT_ONCE = 5, 100


def kinds_that_refer_to(model: type[Model], keys: Any) -> list[str]:
    """Return what kinds of rows refer to one of the objects, in words, a few. ``keys``: a list or a query of keys.

    The history of changes is no kind: every row has some of its own. One indexed look a table that could refer.
    """
    found: dict[str, None] = {}
    for referring, field in _referring(model):
        if referring._base_manager.filter(**{f"{field}__in": keys}).exists():  # noqa: SLF001 - Django's own
            found[capfirst(str(referring._meta.verbose_name_plural))] = None
            if len(found) == MOST_KINDS:
                break
    return list(found)


def deletable(model: type[Model], objects: Any) -> tuple[list[str], dict[str, int], set[str], list[str]]:
    """Return what Django's pages of deletion show: (objects, counts, rights that lack, what stands against it)."""
    keys: Any = [one.pk for one in objects] if isinstance(objects, list) else objects.order_by().values("pk")
    count = len(objects) if isinstance(objects, list) else objects.count()
    if count > MOST_AT_ONCE:
        return [], {}, set(), [_("Tick %(most)d at most: nothing was changed.") % {"most": MOST_AT_ONCE}]
    against = _in_force(model, keys) or kinds_that_refer_to(model, keys)
    if against:
        return [], {}, set(), against
    return [str(one) for one in objects], {str(model._meta.verbose_name_plural): count}, set(), []


def _in_force(model: type[Model], keys: Any) -> list[str]:
    """Say that one of the rows is or was in force, where that is kept."""
    if not is_kept(model):
        return []
    begun = model._default_manager.filter(pk__in=keys, period__startswith__lte=timezone.localdate())
    return [_("what is or was in force")] if begun.exists() else []


def how_to_end(model: type[Model]) -> str:
    """Say how something of this kind is ended instead, by the fields that it has."""
    fields = {field.name for field in model._meta.get_fields()}
    if "is_active" in fields:
        return _("Take the tick off “Active” instead: from then on nobody signs in with it, and what was done stays.")
    if fields & {"period", "offered"}:
        return _("Give it a last day instead: from the day after it no longer holds, and what rests on it stays.")
    return _("What rests on it keeps it: take that away first where it was a slip, else leave it as it is.")


def _referring(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        referring, field = relation.related_model, relation.field  # type: ignore[union-attr]  # a reverse relation
        if not isinstance(referring, type) or issubclass(referring, Event) or referring._meta.app_label == "pghistory":
            continue
        yield referring, field.name
