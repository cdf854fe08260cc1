"""Which passwords the staff may choose: long ones of any signs, none that everybody tries first."""

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

NURSE = User(username="setagaya-hokenshi", email="kobayashi@ward.example")


@pytest.mark.parametrize(
    "typed", ["kumo-to", "password", "qwertyuiop", "football1", "12345678901", "setagaya-hokenshi"]
)
def test_short_common_and_ones_own_name_are_refused(typed):
    with pytest.raises(ValidationError):
        validate_password(typed, NURSE)


@pytest.mark.parametrize("typed", ["rainfallover", "雨のちくもり晴れのち雪", "   spaces   inside   ", "x7Q" * 40])
def test_any_signs_and_any_length_are_taken(typed):
    validate_password(typed, NURSE)


@pytest.mark.parametrize("other", ["rainfallOver", "rainfallover ", "rainfallove", "ｒainfallover"])
def test_a_password_is_compared_as_it_was_typed(other):
    assert not check_password(other, make_password("rainfallover"))


def test_two_long_ones_that_differ_at_their_end_are_two():
    assert not check_password("x" * 128 + "a", make_password("x" * 128 + "b"))


def test_kept_is_a_slow_salted_hash(settings):
    """The suite hashes faster: production has Django's own list."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    kept = make_password("rainfallover")
    algorithm, iterations, salt, _hash = kept.split("$")
    assert (algorithm, int(iterations) >= 600_000, len(salt) >= 22) == ("pbkdf2_sha256", True, True)
    assert make_password("rainfallover") != kept
