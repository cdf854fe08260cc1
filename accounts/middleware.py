"""No page is served that the permission file does not name."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from .permissions import ANYONE, action_of_page, may

logger = logging.getLogger(__name__)

API_PREFIX = "/api/"


class OnlyNamedPages:
    """Ask the permission file about each URL before its view runs.

    Not named: 404, and an error in the log. Nobody signed in: the sign-in page (API: 401). Signed in without
    the right: 404, as if the page were not there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        assert request.resolver_match is not None
        view_name = request.resolver_match.view_name
        action = action_of_page(view_name)
        if action is None:
            logger.error("page_not_in_permission_file", extra={"view_name": view_name})
            raise Http404
        if action == ANYONE or may(request.user, action):
            return None
        if request.user.is_authenticated:
            raise Http404
        if request.path.startswith(API_PREFIX):
            detail = _("Please sign in.")
            return JsonResponse({"code": "not_signed_in", "detail": detail, "fields": {}}, status=401)
        return redirect_to_login(request.get_full_path())
