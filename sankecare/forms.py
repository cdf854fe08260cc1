"""How forms look, and two ways to enter a date. ``{{ form }}`` and ``as_field_group`` give our markup."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from .errors import Refused

# The papers that are kept (enrollment/applications/paper_check.py), for the file chooser.
ACCEPTED = "image/jpeg,image/png,application/pdf"


class Renderer(TemplatesSetting):
    """Forms through templates/partials; widgets by Django's own templates."""

    form_template_name = "partials/form.html"
    field_template_name = "partials/field.html"


class OperationForm(forms.Form):
    """A form behind which one operation stands."""

    @property
    def values(self) -> dict[str, Any]:
        """What a valid form says, by the names of the operation's arguments: its fields, unless a form says more."""
        return self.cleaned_data

    def field_of(self, name: str) -> str:
        """Return which of its fields an argument of the operation is; some forms name them otherwise."""
        return name


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put what an operation refused beside each field that it names; above the form where it has none of them.

    Nothing that was said is lost: above the form stands what the refusal says of fields that are not there, too.
    """
    field_of = form.field_of if isinstance(form, OperationForm) else str
    beside = [(field_of(name), sentence) for name, sentence in refused.fields.items() if field_of(name) in form.fields]
    for field, sentence in beside:
        form.add_error(field, sentence)
    if refused.stands_above or not beside:
        said = {refused.detail, *(sentence for _field, sentence in beside)}
        more = [sentence for sentence in refused.fields.values() if not any(sentence in words for words in said)]
        form.add_error(None, " ".join([refused.detail, *more]))


class DayInput(forms.DateInput):
    """The device's own date picker: for days near today."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DatePartsWidget(forms.MultiWidget):
    """Year, month and day typed apart: for a birthday, which nobody should have to page back to."""

    template_name = "partials/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            [
                forms.TextInput({**number, "maxlength": 4, "class": "year"}),
                forms.TextInput({**number, "maxlength": 2}),
                forms.TextInput({**number, "maxlength": 2}),
            ],
            attrs,
        )

    def decompress(self, value: date | None) -> list[Any]:
        return [value.year, value.month, value.day] if value else [None, None, None]


class DatePartsField(forms.MultiValueField):
    """A date from three numbers; full-width digits are read as well.

    Raises ValidationError that says which part is missing, or that there is no such day.
    """

    widget = DatePartsWidget
    default_error_messages = {
        "incomplete": _("Enter the year, the month and the day."),
        "invalid": _("There is no such day. Enter it in numbers, such as 2023 4 1."),
    }

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False) for _part in range(3)]
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> date | None:
        if not any(data_list):
            return None
        if not all(data_list):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            year, month, day = (int(unicodedata.normalize("NFKC", part)) for part in data_list)
            return date(year, month, day)
        except ValueError as wrong:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from wrong
