"""How operations are described in the OpenAPI: a summary, and what each may be refused with."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from .strict_serializers import PUBLIC_ERRORS, ErrorAnswer

NOT_FOR_HER = {
    401: OpenApiResponse(ErrorAnswer, "not signed in"),
    403: OpenApiResponse(ErrorAnswer, "no second factor set up yet, or a CSRF token missing or wrong"),
    404: OpenApiResponse(ErrorAnswer, "not there, or not for the person who asks"),
}
LIST_ERRORS = {400: OpenApiResponse(ErrorAnswer, "a filter, order or page size not known; ``fields`` names it")}
WRITE_ERRORS = {
    400: PUBLIC_ERRORS[400],
    409: OpenApiResponse(ErrorAnswer, "another write came first, or the state does not allow it; ``code`` says which"),
    413: PUBLIC_ERRORS[413],
    415: PUBLIC_ERRORS[415],
    422: OpenApiResponse(ErrorAnswer, "understood, but it cannot be done as asked; ``code`` says why"),
}


class Operations(AutoSchema):
    """Adds what every operation for signed-in people may answer; public ones say it themselves."""

    def get_summary(self) -> str | None:
        """Return the summary given, else the first sentence of the description."""
        return super().get_summary() or self.get_description().split("\n")[0].rstrip(".") or None

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if direction == "response" and self.view.authentication_classes:
            for status, error in sorted(self._errors().items()):
                bodies.setdefault(str(status), self._get_response_for_code(error, str(status)))  # type: ignore[no-untyped-call]  # no stubs
        return bodies

    def _errors(self) -> dict[int, OpenApiResponse]:
        if self.method == "POST":
            return NOT_FOR_HER | WRITE_ERRORS
        return NOT_FOR_HER | (LIST_ERRORS if self._is_list_view() else {})
