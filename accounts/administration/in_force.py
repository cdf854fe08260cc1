"""Dated rows in the administration: what has begun keeps all but its last day; an overlap names the other row."""

from typing import Any

from django import forms
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import IntegrityError
from django.db.models import F, Model
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sankecare.database_refusals import constraint_of, sentence_for
from sankecare.periods import as_text
from sankecare.postgresql.in_force import has_begun


def close_what_has_begun(form: "forms.BaseModelForm[Any]") -> None:
    """Leave of a row that is or was in force only its period to be changed; the database keeps the first day."""
    if has_begun(form.instance, timezone.localdate()):
        for name, field in form.fields.items():
            if name != "period":
                field.disabled = True


def refusal_in_words(row: Model, refusal: IntegrityError) -> str:
    """Say what the database refuses; of an overlap, which row it is and from when to when it holds, with its page."""
    other = _overlapped(row, constraint_of(refusal))
    if other is None:
        return sentence_for(refusal)
    sentence = _(
        "The period overlaps another row of “%(table)s”: “%(row)s”, %(period)s. "
        "End that one before, or choose other days."
    )
    words = sentence % {
        "table": capfirst(str(other._meta.verbose_name_plural)),
        "row": other,
        "period": as_text(other.period),  # type: ignore[attr-defined]  # a constraint over periods
    }
    try:
        page = reverse(f"admin:{other._meta.label_lower.replace('.', '_')}_change", args=[other.pk])
    except NoReverseMatch:  # it stands on the page of what it belongs to
        return words
    return format_html('{} <a class="ward-link" href="{}">{}</a>', words, page, _("Open that row"))


def _named(part: Any) -> str:
    return str(part.name if isinstance(part, F) else part)  # type: ignore[attr-defined]  # the stubs leave it out


def _overlapped(row: Model, name: str) -> Model | None:
    constraint = next((one for one in row._meta.constraints if one.name == name), None)
    if not isinstance(constraint, ExclusionConstraint):
        return None
    parts = [_named(part) for part, _operator in constraint.expressions]
    if "period" not in parts:
        return None
    same = {part: getattr(row, row._meta.get_field(part).attname) for part in parts if part != "period"}  # type: ignore[union-attr]
    others = type(row)._default_manager.filter(**same, period__overlap=row.period).exclude(pk=row.pk)  # type: ignore[attr-defined]
    return others.order_by("period").first()
