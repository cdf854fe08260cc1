"""What was stated of a baby's birth, in a line."""

from django import template

from enrollment.models import Infant
from enrollment.stated import birth_in_words

register = template.Library()


@register.filter
def birth(infant: Infant) -> str:
    """The weight, the way and what was unusual; empty where nothing was said."""
    return birth_in_words(infant)
