"""A service in the address of a list."""

from typing import Any

import django_filters
from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from sankecare.errors import NotPossible

from .queries import service_named


class _ServiceField(forms.CharField):
    def clean(self, value: Any) -> Any:
        slug = super().clean(value)
        if not slug:
            return None
        try:
            return service_named(slug)
        except NotPossible as unknown:
            raise forms.ValidationError(unknown.detail) from unknown


@extend_schema_field(OpenApiTypes.STR)
class ServiceFilter(django_filters.Filter):
    """A service by its name, such as ``ward-centre/short-stay``; an unknown one is refused."""

    field_class = _ServiceField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name=field_name, help_text="such as ``ward-centre/short-stay``")
