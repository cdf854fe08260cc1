"""基準データ: the one page that leads to every table of the master data, in the frame of the administration."""

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import may_open, signed_in
from wards.dated.drafts import open_drafts
from wards.dated.tables import BY_CODE

from .master_data import HEADINGS


@dataclass(frozen=True)
class Table:
    """A table of the master data. ``anew``: where it is entered as a whole from a day on, "" where it is not."""

    words: str
    url: str
    anew: str


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Each heading with the tables that the person may see, and the drafts that wait; nothing of a family is read."""
    person = signed_in(request)
    groups = [(heading, list(filter(None, (_table(person, name) for name in heading.tables)))) for heading in HEADINGS]
    context = admin.site.each_context(request) | {
        "title": _("Master data"),
        "groups": [(heading, tables) for heading, tables in groups if tables],
        "drafts": drafts_shown(person),
    }
    return TemplateResponse(request, "ward/admin/settings.html", context)


def drafts_shown(person: User) -> list[tuple[str, object]]:
    """Return the drafts of settings that are neither entered nor thrown away, each with its table in words."""
    if not may_open(person, "desk:settings-draft"):
        return []
    return [(table_words(draft.table), draft) for draft in open_drafts()]


def table_words(code: str) -> str:
    """Return what a table of settings is called."""
    return capfirst(str(BY_CODE[code].model._meta.verbose_name_plural))


def _table(person: User, name: str) -> Table | None:
    anew = (
        reverse("desk:settings-from", args=[name])
        if name in BY_CODE and may_open(person, "desk:settings-from")
        else ""
    )
    if name in _registered() and may_open(person, f"admin:{name}_changelist"):
        model = _registered()[name]
        return Table(capfirst(str(model._meta.verbose_name_plural)), reverse(f"admin:{name}_changelist"), anew)
    # Rows that stand on another table's page, such as the weekdays of a pool.
    return Table(table_words(name), "", anew) if anew else None


def _registered() -> dict[str, type[Model]]:
    return {model._meta.label_lower.replace(".", "_"): model for model in admin.site._registry}  # noqa: SLF001 - Django names no other way
