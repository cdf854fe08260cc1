"""The language of a page, as HTML names it."""

from django import template
from django.utils.translation import get_language

from sankecare.languages import code_of_page

register = template.Library()


@register.simple_tag
def language_of_page() -> str:
    """``lang`` of the page: easy Japanese is Japanese."""
    return code_of_page(get_language())
