"""What is measured: a temperature and a weight, each refused in a sentence that says what is right."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from care.observations import TEMPERATURE, WEIGHT_GRAMS, temperature_meant


class TemperatureField(forms.DecimalField):
    """A body temperature, °C with one decimal. What was mostly meant is asked where a digit slipped."""

    def __init__(self, **given: Any) -> None:
        asked: dict[str, Any] = {"required": False, "help_text": _("°C, such as 36.7")}
        super().__init__(**asked | given)

    def clean(self, value: Any) -> Decimal | None:
        try:
            typed: Decimal | None = super().clean(value)
        except ValidationError as wrong:
            if any(error.code == "required" for error in wrong.error_list):
                raise
            raise ValidationError(_temperature_words(None), code="temperature") from wrong
        if typed is None:
            return None
        if not TEMPERATURE[0] <= typed <= TEMPERATURE[1] or typed != round(typed, 1):
            raise ValidationError(_temperature_words(typed), code="temperature")
        return round(typed, 1)


class GramsField(forms.IntegerField):
    """A baby's weight in whole grams."""

    def __init__(self, **given: Any) -> None:
        words = _("Please enter it in grams, such as 3500.")
        limits = {"min_value": WEIGHT_GRAMS[0], "max_value": WEIGHT_GRAMS[1]}
        said = {"error_messages": dict.fromkeys(("invalid", "min_value", "max_value"), words)}
        super().__init__(**{"required": False} | limits | said | given)


def _temperature_words(typed: Decimal | None) -> str:
    low, high = TEMPERATURE
    words = now_("A temperature is from %(low)s to %(high)s °C.") % {"low": low, "high": high}
    meant = temperature_meant(typed) if typed is not None else None
    if meant is None:
        return words
    return words + now_("Is it %(meant)s and not %(typed)s?") % {"meant": meant, "typed": typed}
