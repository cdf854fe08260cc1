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
    """How long an answer takes for a known and for an unknown one, in pairs one after the other, in milliseconds."""

    words: str
    known: list[float]
    unknown: list[float]

    @property
    def share(self) -> float:
        """By how much the two of a pair differ: the median. What else the machine did, it did to both."""
        return abs(statistics.median(a / b for a, b in zip(self.known, self.unknown, strict=True)) - 1)

    def __str__(self) -> str:
        missed = "" if self.share <= MOST_APART else "  missed"
        known, unknown = statistics.median(self.known), statistics.median(self.unknown)
        return (
            f"{self.words}: known {known:.2f} ms, unknown {unknown:.2f} ms, {self.share:.1%} apart"
            f" (medians of {ASKED} pairs; goal at most {MOST_APART:.0%}){missed}"
        )


def measure() -> Iterator[Apart]:
    """Ask at each place, the known one and the unknown one in turn; who asks first changes each time."""
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
            yield Apart(words, *_timed(address, typed))


def _timed(address: str, typed: Callable[[bool], dict[str, str]]) -> tuple[list[float], list[float]]:
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(-10, ASKED):
        for known in (True, False) if number % 2 else (False, True):
            cache.clear()  # nobody has tried yet
            mail.outbox = []
            client = Client(SERVER_NAME="localhost")
            before = time.perf_counter()
            answer = client.post(address, typed(known))
            if number >= 0:  # the first ones warm up
                taken[known].append((time.perf_counter() - before) * 1000)
            if answer.status_code not in (200, 302):
                raise RuntimeError(f"{address}: {answer.status_code}")
    return taken[True], taken[False]
