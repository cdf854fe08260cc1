"""What the API's lists and public endpoints share: pages of a list, and the public rate limit."""

import logging
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.throttling import AnonRateThrottle

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)


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
