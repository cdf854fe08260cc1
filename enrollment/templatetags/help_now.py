"""The lines to call, on every page's foot and where somebody wrote despair."""

from typing import Any

from django import template
from django.utils import timezone

from enrollment.help_queries import lines_to_call

register = template.Library()


@register.inclusion_tag("partials/help_foot.html")
def help_foot() -> dict[str, Any]:
    """The foot's short list."""
    return {"lines": [shown for shown in lines_to_call(timezone.now()) if shown.line.in_foot]}


@register.inclusion_tag("partials/help_foot.html")
def help_foot_as_known() -> dict[str, Any]:
    """The foot's short list as it was known last: for pages that must come out without the database."""
    return {"lines": [shown for shown in lines_to_call(timezone.now(), asking=False) if shown.line.in_foot]}


@register.inclusion_tag("partials/help_lines.html")
def help_lines(*, after_hard_news: bool = False) -> dict[str, Any]:
    """Every line, those that answer now first; after hard news without those about a child at home."""
    return {"lines": lines_to_call(timezone.now(), after_hard_news=after_hard_news)}
