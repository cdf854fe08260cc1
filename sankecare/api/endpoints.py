"""What the API's endpoints share: pages of a list, the public rate limit, and a write done once for its key."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from redis.exceptions import RedisError
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from sankecare.errors import Refused
from sankecare.idempotency import Answer, once

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from rest_framework.request import Request
    from rest_framework.views import APIView

Done = TypeVar("Done")

logger = logging.getLogger(__name__)

KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="a retry with the same key is done once; a write without a key is refused (idempotency_key_missing)",
)


class Pages(PageNumberPagination):
    """Fifty rows a page (setting ``PAGE_SIZE``) unless ``page_size`` says another number, 200 at most."""

    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: "Request") -> int | None:
        """Return the number of rows a page. Errors: ValidationError where what was asked is no whole number from 1."""
        asked = request.query_params.get("page_size")
        if asked is not None and (not asked.isascii() or not asked.isdigit() or len(asked) > 9 or int(asked) < 1):
            raise ValidationError({"page_size": [_("This is none of the values allowed.")]})
        return super().get_page_size(request)


class PublicThrottle(AnonRateThrottle):
    """So many public requests a minute and address (setting ``PUBLIC_RATE``).

    While the cache is away nothing is counted and everyone is let through: the programme's information is
    worth more than the limit.
    """

    scope = "public"

    def get_cache_key(self, request: "Request", view: "APIView") -> str | None:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def allow_request(self, request: "Request", view: "APIView") -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError):
            logger.warning("public_throttle_without_cache")
            return True


class KeyMissing(Refused):
    """A write came without its key."""

    status = 400

    def __init__(self) -> None:
        super().__init__("idempotency_key_missing", _("Please send an Idempotency-Key with every write."))


class OnceForItsKey:
    """A view whose writes are done once for their Idempotency-Key, in the one durable transaction that it opens."""

    def answer_once(
        self,
        request: "Request",
        asked: dict[str, Any],
        operation: Callable[..., Done],
        shown: Callable[[Done], dict[str, Any]],
        *,
        status: int = 200,
    ) -> Response:
        """Do the operation by who is signed in, now, in a transaction, or give the kept answer.

        ``asked``: what counts as the same request. ``operation``: takes ``by`` and ``at``; what else it needs is
        bound to it. ``shown``: what is answered of what it returns. Errors: as ``idempotency.once``; Refused
        ``idempotency_key_missing``: a program whose network fails must be able to ask again.
        """
        user, key = cast("AbstractBaseUser", request.user), request.headers.get("Idempotency-Key")
        if key is None:
            raise KeyMissing

        def write() -> Answer:
            done = operation(by=user, at=timezone.now())
            return Answer(status, shown(done), self.written(done))

        answer = once(user=user, key=key, request=asked, write=write)
        return Response(answer.body, status=answer.status)

    def written(self, _done: Any) -> dict[str, int]:
        """Which record is named in the open beside the sealed answer, by its id; here none."""
        return {}
