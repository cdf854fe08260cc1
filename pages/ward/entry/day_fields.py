"""A day as an official types it, in one field: 令和8年10月3日, R8.10.3, 8/10/3, 20261003; what was understood."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment.wareki import BeforeTheCalendar, era_year, wareki
from sankecare.days import days_without_era
from sankecare.forms import DayField


class WrittenDayField(DayField):
    """A day typed in one piece. A year of two digits without its era is of the newest era that the bounds allow."""

    def __init__(self, **kwargs: Any) -> None:
        typed = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(widget=typed, template_name="ward/entry/day_field.html", **kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError as wrong:
            day = self._without_era(str(value)) if getattr(wrong, "code", "") == "era_missing" else None
            if day is None:
                raise
            return day

    def _without_era(self, written: str) -> date | None:
        today = timezone.localdate()
        earliest, latest = self.bounds.earliest(today), self.bounds.latest(today)
        return next((day for day in days_without_era(written) if earliest <= day <= latest), None)

    def prepare_value(self, value: Any) -> Any:
        """Show a day as the ward writes it."""
        return wareki(value) if isinstance(value, date) else value

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        return WrittenDay(form, self, field_name)


class WrittenDay(forms.BoundField):
    """The field with what was typed."""

    @property
    def understood(self) -> str:
        """The day as it was understood, in both calendars; "" where it was not."""
        assert isinstance(self.field, WrittenDayField)
        try:
            day = self.field.to_python(self.value())
            return understood_in_words(day) if day else ""
        except (ValidationError, BeforeTheCalendar):
            return ""


def understood_in_words(day: date) -> str:
    """Say a day in both calendars."""
    era, year = era_year(day)
    words = {"day": date_format(day), "weekday": date_format(day, "D"), "era": era, "year": year}
    return _("%(day)s (%(weekday)s), %(era)s %(year)s") % words
