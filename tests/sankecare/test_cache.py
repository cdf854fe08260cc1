"""The shared cache while Valkey is away: nothing raises, each process counts by itself, and it comes back."""

from typing import Any

import pytest
from django.conf import settings
from redis.exceptions import ConnectionError as CacheAway

from sankecare import cache as shared_cache
from sankecare.cache import SharedCache


@pytest.fixture
def cache() -> Any:
    made = SharedCache(settings.REDIS_URL, {"KEY_PREFIX": "test-cache"})
    made.own.clear()
    yield made
    made.delete("count")


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def fail(*_args: Any, **_options: Any) -> None:
        fail.calls += 1
        raise CacheAway

    fail.calls = 0
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.get_client", fail)
    monkeypatch.fail = fail  # type: ignore[attr-defined]
    return monkeypatch


def test_it_counts_on_while_valkey_is_away_and_asks_for_it_only_now_and_then(cache: Any, away: Any) -> None:
    assert cache.add("count", 1, 60)
    assert not cache.add("count", 1, 60)
    assert cache.incr("count") == 2
    assert cache.get_many(["count", "else"]) == {"count": 2}
    cache.delete("count")
    assert cache.get("count") is None
    assert away.fail.calls == 1


def test_it_goes_back_to_valkey(cache: Any, monkeypatch: pytest.MonkeyPatch, away: Any) -> None:
    monkeypatch.setattr(shared_cache, "PAUSE_SECONDS", 0.0)
    cache.set("count", 1, 60)
    away.undo()
    assert cache.get("count") is None
    cache.set("count", 5, 60)
    assert cache.own.get("count") == 1
    assert cache.get("count") == 5
