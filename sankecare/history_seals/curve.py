"""ECDSA over P-256 and SHA-256: keys out of secret words, signatures of texts. Knows no settings.

A signature is its two numbers of 32 bytes one after the other, in hexadecimal: as browsers check it.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NUMBER_BYTES = 32
# The order of the curve's group: a private key is a number from 1 below it.
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def signature_of(text: str, key: str) -> str:
    """Sign the text with the key, whatever words it is."""
    made = _private(key).sign(text.encode(), ec.ECDSA(SHA256()))
    return b"".join(number.to_bytes(NUMBER_BYTES) for number in decode_dss_signature(made)).hex()


def fits_one_of(text: str, signature: str, keys: Sequence[str]) -> bool:
    """Tell whether the signature of the text was made with one of the public keys."""
    try:
        made = bytes.fromhex(signature)
        numbers = [int.from_bytes(made[start : start + NUMBER_BYTES]) for start in (0, NUMBER_BYTES)]
        points = [bytes.fromhex(key) for key in keys]
        publics = [ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point) for point in points]
    except ValueError:
        return False
    return len(made) == 2 * NUMBER_BYTES and any(_fits(public, text, numbers) for public in publics)


@cache
def public_key(key: str) -> str:
    """Return the public key of a key: a point of the curve, not compressed, in hexadecimal."""
    return _private(key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()


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
