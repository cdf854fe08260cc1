"""The public rate limit: out of the way but where a test is about it."""

import pytest
from django.core.cache.backends.locmem import LocMemCache

from sankecare.api.endpoints import PublicThrottle


@pytest.fixture(autouse=True)
def public_rate(monkeypatch):
    """Set the limit, counted in this process alone; 10,000 a minute unless a test sets another."""
    monkeypatch.setattr(PublicThrottle, "cache", LocMemCache("throttle", {}), raising=False)
    PublicThrottle.cache.clear()

    def limit(rate: str) -> None:
        monkeypatch.setattr(PublicThrottle, "rate", rate, raising=False)

    limit("10000/min")
    return limit
