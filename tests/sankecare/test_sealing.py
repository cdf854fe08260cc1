import pytest
from django.core.exceptions import ImproperlyConfigured

from sankecare.sealing import CannotOpen, seal, seal_values, unseal, unseal_values


def test_what_is_sealed_opens_again_and_shows_nothing():
    values = {"town": "世田谷", "rest": "𠮷野荘 101"}
    sealed = seal_values(values)
    assert "世田谷".encode() not in sealed
    assert unseal_values(memoryview(sealed)) == values


def test_an_older_key_still_opens_and_a_lost_one_does_not(settings):
    settings.SEALING_KEYS = ["old"]
    sealed = seal(b"x")
    settings.SEALING_KEYS = ["new", "old"]
    assert unseal(sealed) == b"x"
    settings.SEALING_KEYS = ["new"]
    with pytest.raises(CannotOpen):
        unseal(sealed)


def test_what_was_changed_does_not_open():
    sealed = bytearray(seal(b"x"))
    sealed[20] ^= 1
    with pytest.raises(CannotOpen):
        unseal(bytes(sealed))


def test_without_a_key_nothing_is_sealed(settings):
    settings.SEALING_KEYS = []
    with pytest.raises(ImproperlyConfigured):
        seal(b"x")
