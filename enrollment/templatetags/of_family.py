"""The way from any page of a family to the family's page at the ward's desk."""

from typing import Any

from django import template
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.access_log import FAMILY_OF
from accounts.permissions import may_open
from enrollment.models import Family

register = template.Library()


@register.simple_tag(takes_context=True)
def of_family(context: dict[str, Any], family: Family | None) -> str:
    """A line above the heading that names her and leads there; nothing for who may not open it, such as herself."""
    request = context.get("request")
    if request is None or not isinstance(family, Family) or not may_open(request.user, "ward_family"):
        return ""
    words, page = _("The family’s page"), reverse("ward_family", args=[family.pk])
    return format_html('<p class="of-family"><a href="{}">{}　<bdi>{}</bdi></a></p>', page, words, family.mother_name)


@register.simple_tag(takes_context=True)
def of_row(context: dict[str, Any], row: Model | None) -> str:
    """The same for a row of an administration's page, where it belongs to a family. One query or none."""
    path = FAMILY_OF.get(row._meta.label) if row is not None and row.pk else None
    if row is None or path is None:
        return ""
    family = row if isinstance(row, Family) else _family_of(row, path)
    return of_family(context, family)


def _family_of(row: Model, path: str) -> Family | None:
    key = type(row)._default_manager.filter(pk=row.pk).values_list(path, flat=True)[:1]
    return Family.objects.filter(pk__in=key).first()
