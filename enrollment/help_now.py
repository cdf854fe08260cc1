"""いま話せるところ: where anybody writes despair, whom to call now stands there before she goes on.

Whoever sends a form is looked after the same way, whatever page it is on: a page of a kind that does not exist yet
is, too.
"""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role

from .despair_notes import note_despair
from .help_queries import writes_despair
from .models import Family, WrittenWhere

logger = logging.getLogger(__name__)

# What is typed there is no word to anybody: passwords, codes, what is looked for.
NOT_LOOKED_AT = ("accounts:", "account_", "mfa_", "set_language")
# Sealed until she sends it: the section reads it then, and not before (enrollment.applications.apply tells it).
NOT_SENT_YET = ("family:apply-step", "family:apply-check")


def mark(request: HttpRequest) -> None:
    """Say that what was just sent or ticked says despair, where no word of it was written."""
    request.despair = True  # type: ignore[attr-defined]


def is_marked(request: HttpRequest) -> bool:
    """Whether what was just sent says despair."""
    return getattr(request, "despair", False)


class WhomToCallNow:
    """The page that comes after words of despair says whom to call now.

    A mother is led over a page of its own; staff, who write of somebody, are shown the lines and go on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_marked(request) or response.status_code not in (302, 303):
            return response
        if _is_hers(request):
            _tell(request)
            response["Location"] = self._first_there(request, response["Location"])
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        assert request.resolver_match is not None
        asked_by_a_program = request.path_info.startswith("/api/")  # its body is read once, by its own parser
        if (
            request.method != "POST"
            or asked_by_a_program
            or request.resolver_match.view_name.startswith(NOT_LOOKED_AT)
        ):
            return None
        texts = [text for name, sent in request.POST.lists() if name != "csrfmiddlewaretoken" for text in sent]
        if texts and writes_despair(*texts):
            mark(request)
            if not _is_hers(request):
                messages.warning(request, words_for_staff())
        return None

    @staticmethod
    def _first_there(request: HttpRequest, location: str) -> str:
        local = url_has_allowed_host_and_scheme(location, {request.get_host()}, require_https=request.is_secure())
        return f"{reverse('public:help-now')}?next={quote(location, safe='/')}" if local else location


def words_for_staff() -> str:
    """What staff read who wrote down words of despair or a mark on the tenth question of an EPDS."""
    return _(
        "What you entered speaks of death or of harm. Do not leave her alone; call 119 where life is in danger. "
        "Whom she can call now stands at the foot of this page."
    )


def _is_hers(request: HttpRequest) -> bool:
    person = request.user
    return not person.is_authenticated or person.role == Role.MOTHER


def _tell(request: HttpRequest) -> None:
    """Note what a mother wrote on another page than the application. Never in the way of what she did."""
    person, match = request.user, request.resolver_match
    if not isinstance(person, User) or match is None or match.view_name in NOT_SENT_YET:
        return
    try:
        with transaction.atomic(durable=True):
            family = Family.objects.filter(account=person).first()
            if family is not None:
                note_despair(family=family, written=WrittenWhere.PAGE, at=timezone.now())
    except Error as failed:
        logger.error("despair_not_noted", extra={"error": type(failed).__name__})
