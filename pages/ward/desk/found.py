"""どこからでも検索: what was typed, found by kind, the newest first; only what the person may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.access_log import FAMILY_OF
from accounts.administration.search import sealed_words
from accounts.models import User
from accounts.permissions import may, may_open, visible
from enrollment.family_search import families_found
from enrollment.search_terms import Typed, read
from sankecare.administration.menu import HOME, MASTER_DATA, MENU, stands_there
from wards.dated.tables import BY_CODE

from .found_rows import KINDS, Kind, Row
from .master_data import HEADINGS
from .settings_views import table_words

# Of each kind; who needs more narrows her words or opens the list.
MOST_OF_A_KIND = 10


@dataclass(frozen=True)
class Found:
    """What was found of a kind. ``more``: where the rest stands, the words sealed; "" where that is all."""

    label: str | Promise
    rows: list[Row]
    objects: list[Model]
    more: str = ""


def found_everywhere(words: str, person: User) -> list[Found]:
    """Return what the words find, kind by kind: first the kind whose number was typed. One query a kind."""
    typed = read(words)
    kinds = sorted(KINDS, key=lambda kind: kind.sign != typed.sign if typed.sign else False)
    found = [one for kind in kinds if may(person, kind.action) and (one := _found(kind, words, typed, person))]
    pages = [Row(str(label), "", url) for label, url in _pages(words, person)]
    return [*found, Found(_("Pages"), pages[:MOST_OF_A_KIND], [])] if pages else found


def _found(kind: Kind, words: str, typed: Typed, person: User) -> Found | None:
    objects = kind.rows()
    condition = Q(pk__in=())
    family = FAMILY_OF.get(objects.model._meta.label)
    if family == "pk":
        condition |= Q(pk__in=families_found(words).order_by().values("pk"))
    elif family:
        condition |= Q(**{f"{family}__in": families_found(words).order_by().values("pk")})
    if typed.number is not None and typed.sign in ("", kind.sign):
        condition |= Q(**{kind.number: typed.number})
    if kind.own:
        condition |= kind.own(words)
    rows = list(visible(person, kind.action, objects).filter(condition)[: MOST_OF_A_KIND + 1])
    if not rows:
        return None
    more = ""
    if len(rows) > MOST_OF_A_KIND and kind.list_view and may_open(person, kind.list_view):
        more = f"{reverse(kind.list_view)}?{urlencode({SEARCH_VAR: sealed_words(words)})}"
    shown = rows[:MOST_OF_A_KIND]
    return Found(kind.label, [kind.shown(row, person) for row in shown], shown, more)


def _pages(words: str, person: User) -> Iterator[tuple[str, str]]:
    """The pages of the menu and the tables of the master data that are called so."""
    asked = words.casefold()
    entries = [HOME, *(entry for task in MENU for entry in task.entries), MASTER_DATA]
    named = [(entry.view, str(entry.label)) for entry in entries if stands_there(entry)]
    models = {model._meta.label_lower.replace(".", "_"): model for model in admin.site._registry}  # noqa: SLF001 - Django names no other way
    tables = [table for heading in HEADINGS for table in heading.tables]
    named += [
        (f"admin:{table}_changelist", capfirst(str(models[table]._meta.verbose_name_plural)))
        for table in tables
        if table in models
    ]
    for view, label in named:
        if asked in label.casefold() and may_open(person, view):
            yield label, reverse(view)
    if may_open(person, "desk:settings-from"):
        for table in tables:
            if table in BY_CODE and asked in table_words(table).casefold():
                words = _("%(table)s: new from a day") % {"table": table_words(table)}
                yield str(words), reverse("desk:settings-from", args=[table])
