"""One cell of a table of settings as a field of a form: weekdays by name, yes and no as words."""

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db.models import (
    BooleanField,
    CharField,
    Field,
    IntegerField,
    PositiveIntegerField,
    TextField,
    TimeField,
)
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.adjust import MOST_YEN
from sankecare.field_words import OF_WEEKDAYS

# A line that is longer is typed into more than one.
SHORT = 80
# An amount in yen: more is a slip of the keyboard (own default).
_PLAUSIBLE = MaxValueValidator(
    MOST_YEN, gettext_lazy("That is more than %(limit_value)s yen. Please check the digits.")
)


def field_of_cell(field: "Field[Any, Any]", label: str) -> forms.Field:
    """Return the form's field of a model's field; whether it is needed is asked of the whole row."""
    made = _made(field)
    made.required = False
    made.label = label
    if not isinstance(made.widget, forms.CheckboxSelectMultiple):  # each of its marks has a name of its own
        made.widget.attrs["aria-label"] = label
    return made


def _made(field: "Field[Any, Any]") -> forms.Field:
    if field.name in OF_WEEKDAYS:
        return _weekdays(field)
    if isinstance(field, BooleanField):
        words = dict(field.flatchoices) or {True: _("Yes"), False: _("No")}
        return forms.TypedChoiceField(
            choices=[("", _("not said")), *words.items()], coerce=lambda sent: sent == "True", empty_value=None
        )
    if isinstance(field, TimeField):
        return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    made = field.formfield()
    assert made is not None, f"{field} is not typed"
    if isinstance(field, IntegerField):
        made.validators += [*field.validators, *([_PLAUSIBLE] if isinstance(field, PositiveIntegerField) else [])]
    is_long = isinstance(field, TextField) or (isinstance(field, CharField) and (field.max_length or 0) > SHORT)
    if is_long and not field.choices:
        made.widget = forms.Textarea(attrs={"rows": 3})
    return made


def _weekdays(field: "Field[Any, Any]") -> forms.Field:
    names = [(number, str(name)) for number, name in WEEKDAYS.items()]
    if isinstance(field, ArrayField):
        return forms.TypedMultipleChoiceField(choices=names, coerce=int, widget=forms.CheckboxSelectMultiple)
    return forms.TypedChoiceField(choices=[("", _("not said")), *names], coerce=int, empty_value=None)
