"""How often sign-in may fail, and how many mails may be asked for: by name, address and device together.

A device on which she has signed in before is counted by itself: whatever a stranger does elsewhere, she gets in. From
a device that is not known attempts are counted for the name at this address, for the name everywhere, and for the
address, each in the shared cache; the last two are wide, as a carrier or a town hall has one address for many.
While Valkey is away each process counts by itself (sankecare.cache): the nurse's inbox must open without it.
"""

import ipaddress
import unicodedata
from dataclasses import dataclass
from enum import Enum

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.throttling import BaseThrottle

from .known_device import device_of


@dataclass(frozen=True)
class Allowed:
    """So many within ``seconds``; the next one waits as long. ``here``: of a name on a device or at an address."""

    name: str
    here: int
    everywhere: int
    address: int
    seconds: int


class Act(Enum):
    """What is counted: wrong passwords; mails with a code; mails with a link for a new password."""

    PASSWORD = Allowed("password", here=10, everywhere=50, address=100, seconds=300)
    CODE = Allowed("code", here=5, everywhere=20, address=600, seconds=900)
    LINK = Allowed("link", here=5, everywhere=20, address=600, seconds=900)


@dataclass(frozen=True)
class Counted:
    """``left``: attempts left for this name here; ``wait_seconds``: until the next one, where none is left."""

    left: int
    wait_seconds: int


def wait_seconds(request: HttpRequest, act: Act, typed: str) -> int:
    """Return after how many seconds one more attempt may be made; 0 where it may be made now."""
    found: dict[str, int] = cache.get_many([_closed(key) for key in _keys(request, act, typed)])
    return max((ends - _now() for ends in found.values() if ends > _now()), default=0)


def count(request: HttpRequest, act: Act, typed: str) -> Counted:
    """Count one; the window runs from the first. Whoever reaches what is allowed waits from then on."""
    most, counted = _keys(request, act, typed), {}
    for key in most:
        counted[key] = _add_one(key, act.value.seconds)
        if counted[key] >= most[key]:
            cache.set(_closed(key), _now() + act.value.seconds, act.value.seconds)
            cache.delete(key)
    left = min(most[key] - times for key, times in counted.items())
    return Counted(max(left, 0), wait_seconds(request, act, typed))


def forget(request: HttpRequest, act: Act, typed: str) -> None:
    """Signed in: the name starts anew here; its count elsewhere and the address go on."""
    cache.delete(next(iter(_keys(request, act, typed))))


def address_of(request: HttpRequest) -> str:
    """The same address that the public rate limit counts, behind as many proxies as the settings say."""
    return BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # reads META alone


def plain_name(typed: str) -> str:
    """Return the name as it is looked up: full-width letters and spaces around it make no other one."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def name_digest(typed: str) -> str:
    """Return a keyed digest of the name, for keys that hold neither names nor addresses, nor let one be tried."""
    return _digest(plain_name(typed))


def _keys(request: HttpRequest, act: Act, typed: str) -> dict[str, int]:
    """Return what is counted, with what is allowed; the name here comes first."""
    name, device, allowed = plain_name(typed), device_of(request), act.value
    if device is not None and device.knows(name):
        return {_key(act, "device", f"{device.name}|{name}"): allowed.here}
    network = _network(address_of(request))
    return {
        _key(act, "here", f"{network}|{name}"): allowed.here,
        _key(act, "name", name): allowed.everywhere,
        _key(act, "address", network): allowed.address,
    }


def _network(address: str) -> str:
    """An address of IPv6 is one of as many as somebody likes: its line's 64 bits are counted."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)


def _add_one(key: str, seconds: int) -> int:
    if cache.add(key, 1, seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # ended between the two
        cache.add(key, 1, seconds)
        return 1


def _closed(key: str) -> str:
    return f"{key}:closed"


def _now() -> int:
    return int(timezone.now().timestamp())


def _key(act: Act, kind: str, value: str) -> str:
    return f"sign-in:{act.value.name}:{kind}:{_digest(value)}"


def _digest(value: str) -> str:
    return salted_hmac("accounts.sign_in_limit", value, algorithm="sha256").hexdigest()
