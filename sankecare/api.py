"""What the API's lists and public endpoints share: pages of a list, and the public rate limit."""

import logging
from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from rest_framework.pagination import PageNumberPagination
from rest_framework.throttling import AnonRateThrottle

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)


class Pages(PageNumberPagination):
    page_size_query_param = "page_size"
    max_page_size = 200


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
