"""Which families a person helps (enrollment/helpers.py), and whether an invitation waits, for her own page."""

from typing import Any

from django import template
from django.db.models import Q
from django.utils import timezone

from enrollment.helpers import OPEN_FOR
from enrollment.models import FamilyHelper

register = template.Library()


@register.inclusion_tag("mother/helped_families.html", takes_context=True)
def helped_families(context: Any) -> dict[str, Any]:
    """Links to them. One query."""
    person = context["request"].user
    asked = Q(account=person)
    if person.email:
        is_open = Q(account__isnull=True, tries_left__gt=0, invited_at__gt=timezone.now() - OPEN_FOR)
        asked |= is_open & Q(email__iexact=person.email)
    rows = list(FamilyHelper.objects.filter(asked, ended_at__isnull=True).select_related("family"))
    return {
        "families": [row.family for row in rows if row.account_id is not None],
        "is_invited": any(row.account_id is None for row in rows),
    }
