"""Tags and filters of the partials."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, ChoiceField, Field, FileField, ModelChoiceField, RadioSelect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sankecare import periods
from sankecare.month_page import Weeks
from sankecare.phones import grouped_phone

register = template.Library()

LONGEST_NAME = 40  # of a field, before what is wrong with it
REQUIRED = Field.default_error_messages["required"]

_NUMBER_WITH_UNIT = re.compile(r"(\d+(?:年\d+月\d+日|月\d+日|か月未満|か月|日|円|丁目|週))")


@register.inclusion_tag("partials/calendar.html")
def day_calendar(weeks: Weeks) -> dict[str, Weeks]:
    """Show weeks of days."""
    return {"weeks": weeks}


@register.simple_tag
def first_input_id(field: BoundField) -> str:
    """The id that a link to the field leads to: its input, or the group where it has several."""
    return field.id_for_label if field.id_for_label and not field.use_fieldset else f"{field.auto_id}_field"


@register.filter
def is_single_checkbox(field: BoundField) -> bool:
    """Tell whether the field is one box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def errors_in_words(field: BoundField) -> list[str]:
    """What is wrong with a field; of one that is empty, what to do with it instead of that it is required."""
    return [
        _what_to_do(field) if error.code == "required" and error.message == REQUIRED else str(next(iter(error)))
        for error in field.errors.as_data()
    ]


@register.filter
def errors_with_its_name(field: BoundField) -> list[str]:
    """What is wrong with a field, its name before a sentence that does not say it already."""
    name = str(field.label)
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return [error if name in error else f"{short}：{error}" for error in errors_in_words(field)]


def _what_to_do(field: BoundField) -> str:
    named = {"label": field.label}
    if isinstance(field.field.widget, CheckboxInput):
        return _("Please tick “%(label)s”.") % named
    if isinstance(field.field.widget, RadioSelect) and _asks(named["label"]):
        return _("Please choose one of the answers.")
    if isinstance(field.field, ChoiceField | ModelChoiceField | FileField):
        return _("Please choose: %(label)s.") % named
    return _("Please enter: %(label)s.") % named


def _asks(label: object) -> bool:
    """Whether a label is a question: its words cannot be what is chosen."""
    return str(label).rstrip("）)").endswith(("か", "?", "？"))


@register.filter
def keeping_numbers_whole(sentence: str) -> SafeString:
    """A sentence in which no line ends inside a Japanese date or a number with its unit."""
    parts = _NUMBER_WITH_UNIT.split(sentence)
    return format_html_join("", "{}", ((_whole(part) if place % 2 else part,) for place, part in enumerate(parts)))


@register.filter
def as_fact(value: object) -> object:
    """A value beside its words: a dash for none, no line ending inside a date or number; markup stays as it is."""
    if value is None:
        return "–"
    return value if isinstance(value, SafeString) or not isinstance(value, str) else keeping_numbers_whole(value)


@register.filter
def phone(number: str) -> str:
    """A telephone number as people read it aloud, such as 090-0000-2854."""
    return grouped_phone(str(number))


@register.filter
def days_in_words(days: Collection[date], how: str = "") -> SafeString:
    """Days as people read them, no line ending inside one; ``"short"``: without the year; or ``"weekdays"``."""
    return keeping_numbers_whole(periods.days_in_words(days, with_year=how != "short", weekdays=how == "weekdays"))


def _whole(number: str) -> SafeString:
    return format_html('<span class="nowrap">{}</span>', number)


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | str]:
    """The numbers to show, with an ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def grouped(amount: int) -> str:
    """An amount as people read it: 1,234."""
    return f"{amount:,}"


@register.filter
def signed(amount: int) -> str:
    """A difference with its sign: +1,234; none is ±0."""
    return f"{amount:+,}" if amount else "±0"


@register.filter
def times(number: Any, factor: int) -> Decimal:
    """A number times another, for the geometry of a chart; percent are kept exact."""
    return Decimal(str(number)) * factor
