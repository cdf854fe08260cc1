"""A change of the sealing keys over everything two families have, sealed under the old key first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import BinaryField
from django.utils import translation
from pghistory.models import Event

from accounts.models import User
from sankecare.history_seals.tables import is_sealed
from sankecare.sealing import CannotOpen, number_of_key, rotation, unseal
from sankecare.sealing.rotation import OPEN, keys_of, seal_column_anew, sealed_columns
from tests.as_owner import as_owner
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db
NEW, OLD = "a new key for the tests", "the key until today"


@pytest.fixture
def after_two_families(settings: Any) -> Iterator[None]:
    """Two families' rows stand under the old key; since today there is a newer one."""
    settings.SEALING_KEYS = [OLD]
    two_worlds()
    settings.SEALING_KEYS = [NEW, OLD]
    with as_owner():
        yield


def opened() -> dict[str, list[bytes]]:
    return {
        column.name: [
            unseal(value)
            for value in column.model._default_manager.order_by("pk").values_list(column.field, flat=True)
            if value
        ]
        for column in sealed_columns()
        if column.field != "data"
    }


def histories() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count() for model in apps.get_models() if issubclass(model, Event)
    }


def test_what_an_older_key_sealed_is_sealed_anew_and_says_the_same_and_no_history_tells_of_it(
    after_two_families: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before, told = opened(), histories()
    call_command("reseal")
    assert "Needed: key 1, key 2." in capsys.readouterr().out, "letters stay as they were sealed"
    assert (opened(), histories()) == (before, told)
    settings.SEALING_KEYS = [NEW]
    for column in sealed_columns():
        found = keys_of(column)
        assert found[None] == (found.total() if column.stays else 0), column.name
    assert sum(keys_of(column)[1] for column in sealed_columns()) > 5


def test_an_apps_secret_opens_with_the_new_key_alone(after_two_families: None, settings: Any) -> None:
    person = User.objects.first()
    assert person is not None
    settings.SEALING_KEYS = [OLD]
    authenticator = TOTP.activate(person, "JBSWY3DPEHPK3PXP").instance
    settings.SEALING_KEYS = [NEW, OLD]
    call_command("reseal")
    settings.SEALING_KEYS = [NEW]
    authenticator.refresh_from_db()
    assert number_of_key(authenticator.data["secret"].encode()) == 1


def test_a_rotation_that_broke_off_goes_on_where_it_was(
    after_two_families: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "ROWS_AT_A_TIME", 1)
    column = next(each for each in sealed_columns() if not each.stays and keys_of(each)[2] > 1)
    whole = keys_of(column)[2]
    assert next(seal_column_anew(column)) == 1
    assert keys_of(column) == {1: 1, 2: whole - 1}
    assert list(seal_column_anew(column)) == [0] + [1] * (whole - 1)
    assert keys_of(column) == {1: whole}


def test_only_counting_writes_nothing_and_what_no_key_opens_is_said(
    after_two_families: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("reseal", "--check")
    assert "Needed: key 2." in capsys.readouterr().out
    settings.SEALING_KEYS = [NEW]
    with pytest.raises(CommandError, match=r"No key that is here opens everything in .*EvidenceFile"):
        call_command("reseal")
    with pytest.raises(CannotOpen):
        opened()


def test_every_column_of_bytes_is_sealed_or_named_as_open() -> None:
    with translation.override("en"):
        bytes_of = {
            f"{model._meta.label}.{field.name}": "sealed" in str(field.verbose_name)
            for model in apps.get_models(include_auto_created=True)
            for field in model._meta.concrete_fields
            if isinstance(field, BinaryField)
        }
    assert {name for name, sealed in bytes_of.items() if not sealed} == OPEN
    assert set(bytes_of) - OPEN == {column.name for column in sealed_columns()} - {"mfa.Authenticator.data"}


def test_what_stands_in_the_sealed_history_is_left_as_it_is() -> None:
    assert {each.name for each in sealed_columns() if is_sealed(each.model)} <= {
        each.name for each in sealed_columns() if each.stays
    }


def test_the_application_seals_nothing_anew(transactional_db: None) -> None:
    """Its triggers would refuse some rows and write a history of others."""
    address = urlsplit(os.environ["DATABASE_URL_AS_APPLICATION"])._replace(path=f"/{connection.settings_dict['NAME']}")
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    ran = subprocess.run(
        [sys.executable, "manage.py", "reseal"],
        env=env | {"DATABASE_URL": address.geturl()},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert "give DATABASE_OWNER_URL" in ran.stderr
