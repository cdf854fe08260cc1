"""What stands in a field, as a person reads it: no code of a choice, no range in brackets, no number of a weekday."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Field, JSONField
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .moments import moment_in_words
from .periods import as_text

# Fields that hold weekdays by number, Monday as 0.
OF_WEEKDAYS = {"weekdays", "draw_weekday"}
# Fields that hold a table by its name (billing_tariff).
OF_TABLES = {"table"}
# A date is no datetime here: the first that fits is taken.
_WORDS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: _("Yes") if value else _("No"),
    DateRange: as_text,
    datetime: moment_in_words,
    date: date_format,
    time: time_format,
}


def choices_of(field: "Field[Any, Any]") -> list[tuple[Any, Any]]:
    """Return the values that a field, or each of its list, may have, with their words; none where any may stand."""
    if field.name in OF_WEEKDAYS:
        return list(WEEKDAYS.items())
    chosen = field.base_field if isinstance(field, ArrayField) else field
    return list(chosen.flatchoices or ())


def in_words(field: "Field[Any, Any]", value: Any) -> str:
    """Write the value of a model's field in the reader's language, "" where there is none."""
    if value in (None, "", []):
        return ""
    if field.name in OF_TABLES:
        return capfirst(str(apps.get_model(value.replace("_", ".", 1))._meta.verbose_name_plural))
    if isinstance(field, JSONField):
        return _("(kept as a record)")
    if isinstance(value, list | tuple):
        return _(", ").join(_one(field, each) for each in value)
    return _one(field, value)


def _one(field: "Field[Any, Any]", value: Any) -> str:
    if choices := choices_of(field):
        return str(dict(choices).get(value, value))
    for kind, words in _WORDS.items():
        if isinstance(value, kind):
            return words(value)
    return str(value)
