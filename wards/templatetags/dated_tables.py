"""In the administration: where a dated table is entered as a whole from a day on, and whether a row has begun."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import may_open
from sankecare.postgresql.in_force import has_begun
from wards.dated.tables import BY_CODE

register = template.Library()


@register.simple_tag
def from_a_day(person: Any, model: Any) -> str:
    """Return the page on which the table is entered from a day on, "" where there is none or she may not open it."""
    code = model._meta.label_lower.replace(".", "_")
    if code not in BY_CODE or not may_open(person, "desk:settings-from"):
        return ""
    return reverse("desk:settings-from", args=[code])


@register.filter
def has_begun_by_now(row: Any) -> bool:
    """Whether a dated row is or was in force, and so is read only but for its last day."""
    return row is not None and hasattr(row, "period") and has_begun(row, timezone.localdate())
