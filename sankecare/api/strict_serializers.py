"""What the API reads: JSON as it is meant, nothing guessed. ``"2"`` is no number, ``1`` no truth, ``2.0`` no count.

Messages never repeat what was sent: it may hold anything.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.parsers import JSONParser
from rest_framework.settings import api_settings

from sankecare.readable import unreadable

MOST_BYTES = 65_536
YEARS = range(1900, 2200)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = gettext_lazy("The request is too large.")


class StrictJSONParser(JSONParser):
    """JSON in UTF-8 of a bounded size; nesting without end and lone surrogates are malformed, not errors of ours."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge
        try:
            parsed = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
            json.dumps(parsed, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError) as malformed:
            raise exceptions.ParseError(_("This is not JSON in UTF-8.")) from malformed
        # DRF answers null in English before any serializer of ours sees it; like a list, it is no object.
        return [] if parsed is None else parsed


def _no_constant(constant: str) -> Any:
    raise ValueError(constant)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses a body that is no object, and keys that it does not know: a misspelt key must not change a price."""

    default_error_messages = {"invalid": gettext_lazy("This must be an object.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            message = self.error_messages["invalid"]
            raise exceptions.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [message]}, code="invalid")
        unknown = [str(key) for key in data if key not in self.fields]
        if unknown:
            raise exceptions.ValidationError({key[:80]: [_("There is no such field.")] for key in unknown})
        return super().to_internal_value(data)


class Int(serializers.IntegerField):
    """A whole number, written as one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Bool(serializers.BooleanField):
    """``true`` or ``false``."""

    default_error_messages = {"invalid": gettext_lazy("This must be true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


@extend_schema_field(OpenApiTypes.DATE)
class Day(serializers.Field):  # type: ignore[type-arg]
    """A date as ``YYYY-MM-DD``."""

    default_error_messages = {
        "invalid": gettext_lazy("This must be a date such as 2023-05-01."),
        "out_of_range": gettext_lazy("Check the year of this date."),
    }

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or not _ISO_DAY.fullmatch(data):
            self.fail("invalid")
        try:
            day = date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")
        if day.year not in YEARS:
            self.fail("out_of_range")
        return day

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class Moment(serializers.DateTimeField):
    """A date with its time, as ISO 8601 writes it; without a zone by the programme's clock."""

    default_error_messages = {"out_of_range": Day.default_error_messages["out_of_range"]}

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or "T" not in value:  # a day alone is no moment
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss][+HH:MM|-HH:MM|Z]")
        if value[:4].isdigit() and int(value[:4]) not in YEARS:  # its zone may lead out of the calendar
            self.fail("out_of_range")
        return super().to_internal_value(value)


class Text(serializers.CharField):
    """A string, written as one, that people can read as it is meant (readable.py)."""

    default_error_messages = {"unreadable": gettext_lazy("There are signs in it that cannot be seen or read.")}

    def __init__(self, **kwargs: Any) -> None:
        if not kwargs.get("allow_blank"):
            kwargs.setdefault("min_length", 1)  # so that the schema says it too
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if unreadable(data):
            self.fail("unreadable")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of the words given."""

    default_error_messages = {"invalid_choice": gettext_lazy("This is none of the values allowed.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return str(super().to_internal_value(data))


class ErrorAnswer(serializers.Serializer[Any]):
    """Every error's shape: a code for programs, a sentence, and a sentence for each field."""

    code = serializers.CharField()
    detail = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]


# What a public endpoint may answer beside its result, for the schema.
PUBLIC_ERRORS = {
    400: OpenApiResponse(ErrorAnswer, "malformed; ``fields`` names what"),
    413: OpenApiResponse(ErrorAnswer, "larger than 64 KiB"),
    415: OpenApiResponse(ErrorAnswer, "not ``application/json``"),
    422: OpenApiResponse(ErrorAnswer, "understood, but it cannot be priced or judged; ``code`` says why"),
    429: OpenApiResponse(ErrorAnswer, "too many requests; ``Retry-After`` in seconds"),
}
