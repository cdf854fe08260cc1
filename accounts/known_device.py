"""A device on which somebody has signed in before: a signed cookie, so that nobody else can lock her out of it.

It opens nothing. It holds a random name of the device and, of each who signed in here, a keyed digest of the name or
address that she typed: no list of people can be read from a tablet, and nothing is looked up to know it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from .models import User
from .roles import Role

COOKIE = "known_device"
SALT = "accounts.known_device"
LASTS_SECONDS = 60 * 60 * 24 * 365
# A facility's tablet is shared by a shift or two; the first to sign in here are forgotten first.
MOST_PEOPLE = 40


@dataclass(frozen=True)
class Device:
    """``name``: random, the same for as long as the cookie stands."""

    name: str
    people: tuple[str, ...]

    def knows(self, typed: str) -> bool:
        """Tell whether somebody signed in here by this name or address."""
        return _digest(typed) in self.people


def device_of(request: HttpRequest) -> Device | None:
    """Return the device that the request comes from, None where nobody has signed in on it."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS_SECONDS)
        return Device(str(kept["device"]), tuple(str(one) for one in kept["people"]))
    except (signing.BadSignature, KeyError, TypeError):
        return None


def remember_device(request: HttpRequest, response: HttpResponse, person: User) -> Device:
    """She has shown all that she must: from now on the device is known for her. Return it."""
    device = device_of(request) or Device(get_random_string(22), ())
    typed = person.email if person.role == Role.MOTHER else person.get_username()
    if device.knows(typed) or not typed:
        return device
    people: Iterable[str] = (*device.people, _digest(typed))
    kept = {"device": device.name, "people": list(people)[-MOST_PEOPLE:]}
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=SALT),
        max_age=LASTS_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return device


def _digest(typed: str) -> str:
    return salted_hmac(SALT, typed.strip().casefold(), algorithm="sha256").hexdigest()[:22]
