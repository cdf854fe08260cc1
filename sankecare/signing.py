"""Signing: what is published carries a signature that whoever runs the database alone cannot make.

The keys come from ``SEALING_KEYS``, which no database, dump or backup holds: the newest signs, all of them count, so
that keys can be changed. The history is signed with a key of its own, which no page holds (``history_seals``). A
signature is ECDSA over P-256 and SHA-256, its two numbers of 32 bytes one after the other, in hexadecimal: as browsers
check it. Anybody can check it with the public key; nobody makes another from it.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .history_seals.curve import fits_one_of, public_key, signature_of


def sign(text: str) -> str:
    """Sign the text. Errors: ImproperlyConfigured without a key."""
    if not settings.SEALING_KEYS:
        raise ImproperlyConfigured("SEALING_KEYS is not set: nothing can be signed.")
    return signature_of(text, settings.SEALING_KEYS[0])


def is_signed(text: str, signature: str, keys: list[str] | None = None) -> bool:
    """Tell whether the signature of the text was made with one of the public keys (None: our own)."""
    return fits_one_of(text, signature, public_keys() if keys is None else keys)


def public_keys() -> list[str]:
    """Return the public keys, the newest first: points of the curve, not compressed, in hexadecimal."""
    return [public_key(key) for key in settings.SEALING_KEYS]
