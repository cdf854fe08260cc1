"""No page is served that the permission file does not name, and none to a session that is over or half signed in."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from sankecare.error_handlers import API_PREFIX, refusal

from .access_log import note_file
from .actions import Action
from .known_device import remember_device
from .messages.language import keep_language
from .models import User
from .permissions import may
from .second_factor import has_second_factor, signed_in_fully
from .sessions import is_over
from .shift import open_shift
from .url_permissions import action_of_page

logger = logging.getLogger(__name__)

# All that who has yet to set up her second factor can reach.
ENROLMENT = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "accounts:logout"}
# Of no person: asked without looking at who is signed in.
OF_NOBODY = {
    *("healthz", "readyz", "metrics", "set_language", "api-schema", "public:manifest", "public:security-txt"),
    *("api:facilities", "api:availability", "api:quotes", "api:eligibility"),
}


class SignedInFully:
    """The one place that asks for the second factor, before any page, the admin and the API.

    A session that has been idle for too long is ended. One of the staff that has shown a password alone has no
    rights: it may set up the second factor and sign out; where there is one already, it must sign in again.
    What a person is shown no browser keeps: after signing out nothing of it comes back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_over(request.session, by_itself="X-By-Itself" in request.headers):
            logout(request)
        response = self.get_response(request)
        if (person := getattr(request, "signed_in_just_now", None)) is not None:
            device = remember_device(request, response, person)
            keep_language(request, response, person)
            ways = [record["method"] for record in get_authentication_records(request, person)]
            with transaction.atomic(durable=True):
                open_shift(person=person, device=device.name, ways=ways, at=timezone.now())
        if getattr(request, "shown_to_a_person", False) and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        assert request.resolver_match is not None
        view_name = request.resolver_match.view_name
        if view_name in OF_NOBODY:
            return None
        person = request.user
        request.shown_to_a_person = person.is_authenticated  # type: ignore[attr-defined]
        if signed_in_fully(request, person):
            return None
        assert isinstance(person, User)
        if has_second_factor(person):
            logout(request)
            return _to_sign_in(request)
        if view_name in ENROLMENT:
            return None
        if request.path.startswith(API_PREFIX):
            return refusal("second_factor_missing", _("Please set up your second factor first."), 403)
        request.turned_away = True  # type: ignore[attr-defined]
        return redirect("mfa_index")


class FilesWrittenDown:
    """A file that is handed to somebody of the staff is written down; where it cannot be, it is not handed out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        note_file(request, answer)
        return answer


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
        if action == Action.ANYONE or may(request.user, action):
            return None
        if request.user.is_authenticated:
            raise Http404
        return _to_sign_in(request)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return refusal("not_signed_in", _("Please sign in."), 401)
    request.turned_away = True  # type: ignore[attr-defined]
    return redirect_to_login(_page_of(request))


def _page_of(request: HttpRequest) -> str:
    """Where she goes on after signing in: the page, or that on which the form stands that was sent."""
    sent_from = urlsplit(request.headers.get("Referer", ""))
    if request.method == "POST" and sent_from.netloc == request.get_host() and sent_from.path.startswith("/"):
        return urlunsplit(("", "", sent_from.path, sent_from.query, ""))
    return request.get_full_path()
