"""Sealing: what must not be readable in the database, a dump or a backup is encrypted before it is written.

The newest of ``SEALING_KEYS`` seals; all of them open, so that keys can be changed (``rotation``). Losing them loses
what is sealed.
"""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class CannotOpen(Exception):
    """Sealed with a key that is not here, or changed since."""


def seal(content: bytes) -> bytes:
    """Encrypt the content, with proof that nobody changed it. Raises ImproperlyConfigured without a key."""
    return _fernet().encrypt(content)


def unseal(sealed: bytes | memoryview) -> bytes:
    """Decrypt what ``seal`` gave. Errors: CannotOpen."""
    try:
        return _fernet().decrypt(bytes(sealed))
    except InvalidToken as wrong:
        raise CannotOpen from wrong


def seal_values(values: dict[str, Any]) -> bytes:
    """Seal plain JSON values."""
    return seal(json.dumps(values, ensure_ascii=False).encode())


def unseal_values(sealed: bytes | memoryview) -> dict[str, Any]:
    """Open what ``seal_values`` gave. Errors: CannotOpen."""
    values: dict[str, Any] = json.loads(unseal(sealed))
    return values


def number_of_key(sealed: bytes | memoryview) -> int | None:
    """Return which of the keys opens this: 1 is the newest. None: no key that is here does."""
    for number, each in enumerate(_fernets(), start=1):
        try:
            each.decrypt(bytes(sealed))
        except InvalidToken:
            continue
        return number
    return None


def seal_anew(sealed: bytes | memoryview) -> bytes:
    """Seal the same content with the newest key; when it was first sealed stays with it. Errors: CannotOpen."""
    try:
        return _fernet().rotate(bytes(sealed))
    except InvalidToken as wrong:
        raise CannotOpen from wrong


def _fernet() -> MultiFernet:
    return MultiFernet(_fernets())


def _fernets() -> list[Fernet]:
    if not settings.SEALING_KEYS:
        raise ImproperlyConfigured("SEALING_KEYS is not set: nothing can be sealed.")
    digests = (hashlib.sha256(key.encode()).digest() for key in settings.SEALING_KEYS)
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]
