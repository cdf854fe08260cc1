"""Pages of easy Japanese have the readings above their words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from . import EASY
from .readings import in_page


class Readings:
    """Writes them into what the views answered, and nowhere else: not into files, not into the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        is_page = isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith(
            "text/html"
        )
        if is_page and translation.get_language() == EASY and isinstance(response, HttpResponse):
            response.content = in_page(response.content.decode(response.charset))
        return response
