"""The rows of a table (templates/partials/table.html), in one go: a template a cell takes seconds.

A cell is plain text, a number, a day, or {"text", "url"}; None is a dash. The first one heads its row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

HEADS_ITS_ROW = '<th scope="row">', "</th>"
ADDRESS, WORDS = "url", "text"


@register.simple_tag(takes_context=True)
def table_rows(context: template.Context, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> SafeString:
    """Write the rows, each cell in its column; a short row is filled with empty cells."""
    tags = [HEADS_ITS_ROW, *map(_tags_of, list(columns)[1:])]
    return mark_safe("\n".join(_row(context, tags, cells) for cells in rows))  # noqa: S308 - each cell is escaped


@register.simple_tag(takes_context=True)
def table_row(context: template.Context, columns: Sequence[Any], cells: Sequence[Any]) -> SafeString:
    """Write one row, such as the total."""
    return table_rows(context, columns, [cells])


def _tags_of(column: Any) -> tuple[str, str]:
    numeric = ' class="numeric"' if _of(column, "numeric") else ""
    return f'<td data-label="{conditional_escape(_of(column, "label") or "")}"{numeric}>', "</td>"


def _row(context: template.Context, tags: Sequence[tuple[str, str]], cells: Sequence[Any]) -> str:
    return f"<tr>{''.join(_cells(context, tags, cells))}</tr>"


def _cells(context: template.Context, tags: Sequence[tuple[str, str]], cells: Sequence[Any]) -> Iterator[str]:
    filled = [*cells, *[""] * (len(tags) - len(cells))]
    for (begins, ends), cell in zip(tags, filled, strict=True):
        yield f"{begins}{_cell(context, cell)}{ends}"


def _cell(context: template.Context, cell: Any) -> str:
    if type(cell) is str:
        return escape(cell)
    words, address = _of(cell, WORDS), _of(cell, ADDRESS)
    if address:
        return f'<a href="{conditional_escape(address)}">{_shown(context, words)}</a>'
    return _shown(context, cell if words is None else words)


def _shown(context: template.Context, value: Any) -> str:
    """As a template shows it: days and numbers as the language writes them, markup alone unescaped."""
    return "–" if value is None else render_value_in_context(value, context)


def _of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
