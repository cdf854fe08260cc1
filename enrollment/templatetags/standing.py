"""How a registration stands, in words (enrollment/standing.py)."""

from django import template
from django.utils import timezone

from enrollment.models import Registration
from enrollment.standing import state_words

register = template.Library()


@register.filter
def stands(registration: Registration) -> str:
    """Say the state of a registration, and whether the family leaves the ward or has left it."""
    return state_words(registration, timezone.localdate())
