"""The one shape of an API's refusal: ``{"code", "detail", "fields"}``."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from sankecare.errors import Refused


def as_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into ``{"code", "detail", "fields"}``; unknown errors stay errors."""
    if isinstance(error, Refused):
        set_rollback()
        return _answer(error.status, error.code, error.detail, error.fields)
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(getattr(error, "message_dict", error.messages))
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing here."))
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    headers = {}
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        fields = flat_fields(error.detail)
        return _answer(400, "invalid", _("Please check what was entered."), fields, headers)
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    return _answer(error.status_code, code, str(error.detail), {}, headers)


def flat_fields(detail: Any, prefix: str = "") -> dict[str, str]:
    """Flatten DRF's nested errors to ``{"infants.0.birth_date": "sentence"}``."""
    if isinstance(detail, dict):
        rows = [flat_fields(value, f"{prefix}.{key}" if prefix else str(key)) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(value, dict | list) for value in detail):
        rows = [flat_fields(value, f"{prefix}.{index}") for index, value in enumerate(detail)]
    elif isinstance(detail, list):
        rows = [{prefix or "non_field_errors": " ".join(str(value) for value in detail)}]
    else:
        rows = [{prefix or "non_field_errors": str(detail)}]
    return {key: value for row in rows for key, value in row.items()}


def _answer(
    status: int, code: str, detail: str, fields: dict[str, str], headers: dict[str, str] | None = None
) -> Response:
    return Response({"code": code, "detail": detail, "fields": fields}, status=status, headers=headers)
