"""What the lists of the API are narrowed and sorted by. A word that is not known is refused, never passed over."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from sankecare.periods import midnight

from .strict_serializers import Day

PAGING = {"page", "page_size"}
LARGEST_ID = 2**63 - 1


class StrictFilterBackend(DjangoFilterBackend):
    """Filters lists alone: an object that is looked up or changed is not narrowed by the address."""

    def filter_queryset(self, request: Request, queryset: "QuerySet[Any]", view: APIView) -> "QuerySet[Any]":
        """Return the rows asked for. Errors: ValidationError for an unknown, empty, repeated or malformed value."""
        if getattr(view, "action", "list") != "list":
            return queryset
        filters = self.get_filterset_class(view, queryset)
        known = PAGING | set(filters.base_filters if filters else ())
        wrong = {name[:80]: [_("There is no such field.")] for name in request.query_params if name not in known}
        for name, values in request.query_params.lists():
            if name in known and (len(values) != 1 or not values[0]):
                wrong[name] = [_("This is none of the values allowed.")]
        if wrong:
            raise exceptions.ValidationError(wrong)
        return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]


class _DayField(forms.CharField):
    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Day().to_internal_value(text)
        except serializers.ValidationError as wrong:
            raise forms.ValidationError([str(words) for words in wrong.detail]) from wrong


class _TruthField(forms.CharField):
    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text not in ("", "true", "false"):
            raise forms.ValidationError(_("This must be true or false."))
        return None if not text else text == "true"


@extend_schema_field(OpenApiTypes.DATE)
class DayFilter(django_filters.Filter):
    """A date as ``YYYY-MM-DD``."""

    field_class = _DayField


class FromDay(DayFilter):
    """Moments on or after the day, by the programme's clock."""

    def filter(self, qs: "QuerySet[Any]", value: Any) -> "QuerySet[Any]":
        return qs if value is None else qs.filter(**{f"{self.field_name}__gte": midnight(value)})


class ToDay(DayFilter):
    """Moments on or before the day, by the programme's clock."""

    def filter(self, qs: "QuerySet[Any]", value: Any) -> "QuerySet[Any]":
        return qs if value is None else qs.filter(**{f"{self.field_name}__lt": midnight(value + timedelta(days=1))})


@extend_schema_field(OpenApiTypes.BOOL)
class TruthFilter(django_filters.Filter):
    """``true`` or ``false``."""

    field_class = _TruthField


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(django_filters.Filter):
    """The id of a record; of one that is not there the list is empty."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)


class Ordering(django_filters.OrderingFilter):
    """Sorts by one of the fields named, ``-`` for the other way round; the newest first among equals."""

    def __init__(self, *names: str) -> None:
        super().__init__(fields={name: name for name in names})

    def filter(self, qs: "QuerySet[Any]", value: Any) -> "QuerySet[Any]":
        return qs.order_by(*(self.get_ordering_value(name) for name in value), "-pk") if value else qs
