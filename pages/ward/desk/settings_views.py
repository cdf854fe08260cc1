"""基準データ: the one page that leads to every table of the master data, in the frame of the administration."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import may_open, signed_in

from .master_data import HEADINGS


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Each heading with the tables that the person may see; nothing of a family is read."""
    named = {model._meta.label_lower.replace(".", "_"): model for model in admin.site._registry}  # noqa: SLF001 - Django names no other way
    person = signed_in(request)
    groups = [
        (
            heading,
            [
                (capfirst(str(named[table]._meta.verbose_name_plural)), reverse(f"admin:{table}_changelist"))
                for table in heading.tables
                if may_open(person, f"admin:{table}_changelist")
            ],
        )
        for heading in HEADINGS
    ]
    context = admin.site.each_context(request) | {
        "title": _("Master data"),
        "groups": [(heading, tables) for heading, tables in groups if tables],
    }
    return TemplateResponse(request, "ward/admin/settings.html", context)
