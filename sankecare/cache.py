"""The shared cache, and what stands in for it while Valkey is away."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# So long nobody waits for it again.
PAUSE_SECONDS = 5.0


def _own_while_away(name: str) -> Callable[..., Any]:
    shared, own = getattr(RedisCache, name), getattr(LocMemCache, name)

    def call(cache: "SharedCache", *args: Any, **options: Any) -> Any:
        if time.monotonic() >= cache.away_until:
            try:
                return shared(cache, *args, **options)
            except (RedisError, OSError):
                cache.away_until = time.monotonic() + PAUSE_SECONDS
                logger.warning("shared_cache_away")
        return own(cache.own, *args, **options)

    return call


class SharedCache(RedisCache):
    """Valkey; while it is away each process counts by itself.

    So nobody is kept out by it, and no limit is gone: at worst it is as many times as wide as there are processes.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.own = LocMemCache("while-the-shared-cache-is-away", {"OPTIONS": {"MAX_ENTRIES": 10_000}})
        self.away_until = 0.0

    add = _own_while_away("add")
    get = _own_while_away("get")
    set = _own_while_away("set")
    touch = _own_while_away("touch")
    delete = _own_while_away("delete")
    get_many = _own_while_away("get_many")
    set_many = _own_while_away("set_many")
    delete_many = _own_while_away("delete_many")
    has_key = _own_while_away("has_key")
    incr = _own_while_away("incr")
    clear = _own_while_away("clear")
