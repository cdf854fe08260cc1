"""Signing: what is published carries a signature that whoever runs the database alone cannot make.

The keys come from ``SEALING_KEYS``, which no database, dump or backup holds: the newest signs, all of them count, so
that keys can be changed. A signature is ECDSA over P-256 and SHA-256, its two numbers of 32 bytes one after the other,
in hexadecimal: as browsers check it. Anybody can check it with the public key; nobody makes another from it.
"""

import hashlib
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NUMBER_BYTES = 32
# The order of the curve's group: a private key is a number from 1 below it.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def sign(text: str) -> str:
    """Sign the text. Errors: ImproperlyConfigured without a key."""
    if not settings.SEALING_KEYS:
        raise ImproperlyConfigured("SEALING_KEYS is not set: nothing can be signed.")
    made = _private(settings.SEALING_KEYS[0]).sign(text.encode(), ec.ECDSA(SHA256()))
    return b"".join(number.to_bytes(NUMBER_BYTES) for number in decode_dss_signature(made)).hex()


def is_signed(text: str, signature: str, keys: list[str] | None = None) -> bool:
    """Tell whether the signature of the text was made with one of the public keys (None: our own)."""
    try:
        made = bytes.fromhex(signature)
        numbers = [int.from_bytes(made[start : start + NUMBER_BYTES]) for start in (0, NUMBER_BYTES)]
        points = [bytes.fromhex(key) for key in (public_keys() if keys is None else keys)]
        publics = [ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point) for point in points]
    except ValueError:
        return False
    return len(made) == 2 * NUMBER_BYTES and any(_fits(public, text, numbers) for public in publics)


def public_keys() -> list[str]:
    """Return the public keys, the newest first: points of the curve, not compressed, in hexadecimal."""
    return [_public(key) for key in settings.SEALING_KEYS]


def _fits(public: ec.EllipticCurvePublicKey, text: str, numbers: list[int]) -> bool:
    try:
        public.verify(encode_dss_signature(*numbers), text.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@cache
def _private(key: str) -> ec.EllipticCurvePrivateKey:
    made = int.from_bytes(hashlib.sha512(f"sanke-care signing:{key}".encode()).digest())
    return ec.derive_private_key(made % (P256_ORDER - 1) + 1, ec.SECP256R1())


@cache
def _public(key: str) -> str:
    return _private(key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()
