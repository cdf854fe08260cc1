"""The administration in words: periods, lists, choices and weekdays as people say them, no sign for programs."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db.models import Field, Model
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from sankecare.field_words import choices_of, in_words

# Given once, when the row is entered; from then on only programs name the row by it.
FOR_PROGRAMS = {"slug", "code"}


class InWords:
    """For a ``ModelAdmin`` or an inline: what its forms and its pages to read show of a field."""

    model: type[Model]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave out what is for programs; who only reads gets periods, lists and weekdays in words."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]  # the admin's, which stands behind it
        if obj is None:
            return fieldsets
        told = self._told(request, obj)
        return [
            (
                heading,
                options | {"fields": [told.get(name, name) for name in options["fields"] if name not in FOR_PROGRAMS]},
            )
            for heading, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        given = super().get_readonly_fields(request, obj)  # type: ignore[misc]  # the admin's
        return [*given, *self._told(request, obj).values()]

    def _told(self, request: HttpRequest, obj: Model | None) -> dict[str, Any]:
        """What stands in the place of a field, by its name, for who only reads the row."""
        if obj is None or self.has_change_permission(request, obj):  # type: ignore[attr-defined]  # the admin's
            return {}
        lists = (row for row in self.model._meta.concrete_fields if isinstance(row, ArrayField | DateRangeField))
        return {row.name: _shown(row) for row in lists}

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """A list of choices is ticked, a weekday chosen, each by its name."""
        choices = choices_of(db_field)
        if isinstance(db_field, ArrayField) and choices:
            return forms.TypedMultipleChoiceField(
                label=_capital(db_field),
                coerce=db_field.base_field.to_python,
                choices=choices,
                required=not db_field.blank,
                widget=forms.CheckboxSelectMultiple,
            )
        if choices and not db_field.choices:
            return forms.TypedChoiceField(
                label=_capital(db_field),
                coerce=db_field.to_python,
                empty_value=None,
                choices=[("", "–"), *choices],
                required=not db_field.blank,
                widget=UnfoldAdminSelectWidget,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # the admin's


@cache
def _shown(field: Any) -> Callable[[Any], str]:
    """A field as its words, for who only reads it; the same function each time, by which Django knows it again."""

    @admin.display(description=field.verbose_name)
    def words(row: Any) -> str:
        return in_words(field, getattr(row, field.attname))

    words.__name__ = f"{field.name}_in_words"
    return words


def _capital(field: "Field[Any, Any]") -> str:
    words = str(field.verbose_name)
    return words[:1].upper() + words[1:]
