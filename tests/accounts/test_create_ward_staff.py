"""The first person of a new installation."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.permissions import may
from accounts.roles import Role
from tests.accounts.fixtures_sign_in import by_password

pytestmark = pytest.mark.django_db


def test_the_first_member_of_staff_may_open_the_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD_STAFF_PASSWORD", "区役所の長い合言葉")
    call_command("create_ward_staff", "ishida")
    person = User.objects.get(username="ishida")
    assert person.role == Role.WARD_STAFF
    assert person.check_password("区役所の長い合言葉")
    assert may(person, "admin.open")


def test_her_first_sign_in_leads_to_the_second_factor_and_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    monkeypatch.setenv("WARD_STAFF_PASSWORD", "区役所の長い合言葉")
    call_command("create_ward_staff", "ishida")
    said = capsys.readouterr().out
    assert "/accounts/login/" in said
    assert "authenticator app or a passkey" in said
    by_password("ishida", "区役所の長い合言葉", client)
    assert client.get("/admin/").url == "/accounts/security/"


@pytest.mark.parametrize(
    ("username", "password"), [("ishida", "1234"), ("", "区役所の長い合言葉"), ("a b", "区役所の長い合言葉")]
)
def test_what_cannot_be_is_said_and_nobody_is_created(
    username: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARD_STAFF_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("create_ward_staff", username)
    assert not User.objects.exists()
