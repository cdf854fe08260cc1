"""How often sign-in by password may fail from one address or for one name, counted in the shared cache.

While Valkey is away each process counts by itself (sankecare.cache): the nurse's inbox must open without it.
"""

import hashlib
import unicodedata

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

WINDOW_SECONDS = 300
FAILURES_A_NAME = 10
FAILURES_AN_ADDRESS = 50


def attempts_left(request: HttpRequest) -> bool:
    """Tell whether one more attempt may be made with this name and from this address."""
    keys = _keys(request)
    counted: dict[str, int] = cache.get_many(list(keys))
    return all(counted.get(key, 0) < most for key, most in keys.items())


def note_failed_attempt(request: HttpRequest) -> None:
    """Count a failure; the window runs from the first one."""
    for key in _keys(request):
        _add_one(key)


def forget_attempts(request: HttpRequest) -> None:
    """Signed in: the name starts anew, the address goes on being counted."""
    cache.delete(next(iter(_keys(request))))


def seconds_to_wait() -> int:
    """Return the seconds after which a refused person may try again at the latest."""
    return WINDOW_SECONDS


def address_of(request: HttpRequest) -> str:
    """The same address that the public rate limit counts, behind as many proxies as the settings say."""
    return BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # reads META alone


def _add_one(key: str) -> None:
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # ended between the two
            cache.add(key, 1, WINDOW_SECONDS)


def _keys(request: HttpRequest) -> dict[str, int]:
    """Digests, so that the cache holds neither names nor addresses; the name's key comes first.

    The name as it is looked up: full-width letters and spaces around it make no other one.
    """
    name = unicodedata.normalize("NFKC", request.POST.get("username", "")).strip().casefold()
    return {
        _key("name", name): FAILURES_A_NAME,
        _key("address", address_of(request)): FAILURES_AN_ADDRESS,
    }


def _key(kind: str, value: str) -> str:
    return f"sign-in:{kind}:{hashlib.sha256(value.encode()).hexdigest()}"
