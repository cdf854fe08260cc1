"""What unfold's pages say too long or not at all: the cells of its lists, and where the content of a page begins."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_CELL = re.compile(r'^<(t[dh]) class="(field-[\w-]+|action-checkbox)([^"]*)"')
_LINK = ' class="text-font-important-light dark:text-font-important-dark" '


@register.filter
def lean_cell(cell: SafeString) -> SafeString:
    """Keep of a cell its name and whether its line may break; one rule of static/css/src/admin/lists.css draws all."""

    def lean(found: re.Match[str]) -> str:
        kept = found[2] + (" nowrap" if " nowrap" in found[3] else "")
        return f'<{found[1]} class="{kept}"'

    return mark_safe(_CELL.sub(lean, cell, count=1).replace(_LINK, ""))  # noqa: S308 - unfold's own cell, escaped there


@register.filter
def with_main(page: SafeString) -> SafeString:
    """Name the part of the page that is its content, for who hears it: unfold's frame does not."""
    return mark_safe(page.replace('<div id="main"', '<div id="main" role="main"', 1))  # noqa: S308 - unfold's own frame
