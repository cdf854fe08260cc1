"""Whether the time of an answer says who has an account: known and unknown in turn, where somebody can ask.

The hash of a password is made cheap: how often it is computed is a test's matter (tests/accounts/test_sign_in.py), and
beside a real one every other difference would be too small to be seen.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

from accounts.roles import Role
from tests import builders

ASKED = 200
MOST_APART = 0.05
LOGIN, FORGOTTEN = "/accounts/login/", "/accounts/password/forgotten/"
KNOWN, UNKNOWN = "known@example.jp", "other@example.jp"


@dataclass(frozen=True)
class Apart:
    """How long an answer takes for a known one, for an unknown one, and for unknown ones once more: milliseconds.

    The two kinds of unknown ones cannot differ: how far they are apart is what the machine does by itself.
    """

    words: str
    known: float
    unknown: float
    again: float

    def __str__(self) -> str:
        apart, noise = _apart(self.known, self.unknown), _apart(self.unknown, self.again)
        missed = "" if apart <= MOST_APART else "  missed" if noise <= MOST_APART else "  (the machine is too busy)"
        return (
            f"{self.words}: known {self.known:.2f} ms, unknown {self.unknown:.2f} ms, {apart:.1%} apart (medians of"
            f" {ASKED} each, in turn; goal at most {MOST_APART:.0%}; unknown beside unknown {noise:.1%}){missed}"
        )


def _apart(one: float, other: float) -> float:
    return abs(one - other) / min(one, other)


def measure() -> Iterator[Apart]:
    """Ask at each place, known and unknown in turn; who asks first changes each time."""
    cheap = {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    }
    with override_settings(**cheap):
        staff = builders.user(email=KNOWN)
        staff.set_password(builders.PASSWORD)
        staff.save()
        builders.user(Role.MOTHER, email=KNOWN)
        places: dict[str, tuple[str, Callable[[bool], dict[str, str]]]] = {
            "Sign-in by password, a wrong one": (
                LOGIN,
                lambda known: {"username": staff.username if known else "nobody-0000", "password": "wrong"},
            ),
            "Sign-in and sign-up by a mailed code": (LOGIN, lambda known: {"email": KNOWN if known else UNKNOWN}),
            "A forgotten password": (FORGOTTEN, lambda known: {"email": KNOWN if known else UNKNOWN}),
        }
        for words, (address, typed) in places.items():
            yield Apart(words, *_medians(address, typed))


def _medians(address: str, typed: Callable[[bool], dict[str, str]]) -> tuple[float, float, float]:
    kinds = (True, False, False)
    taken: list[list[float]] = [[] for _kind in kinds]
    for number in range(-10, ASKED):
        for place in range(len(kinds)):
            kind = (place + number) % len(kinds)
            cache.clear()  # nobody has tried yet
            mail.outbox = []
            client = Client(SERVER_NAME="localhost")
            before = time.perf_counter()
            answer = client.post(address, typed(kinds[kind]))
            if number >= 0:  # the first ones warm up
                taken[kind].append((time.perf_counter() - before) * 1000)
            if answer.status_code not in (200, 302):
                raise RuntimeError(f"{address}: {answer.status_code}")
    known, unknown, again = (statistics.median(times) for times in taken)
    return known, unknown, again
