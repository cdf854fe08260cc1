"""The first two people of a new installation: administrators of accounts, who set their own passwords."""

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import AccountChange, User
from accounts.permissions import may
from accounts.roles import Role
from sankecare import outbox
from tests.accounts.fixtures_sign_in import by_password

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "区役所の長い合言葉"
TWO = ("ishida=ishida@city.example.jp", "tanaka=tanaka@city.example.jp")


def test_the_first_two_are_invited_and_neither_has_a_password_that_anybody_else_knows() -> None:
    call_command("create_ward_staff", *TWO)
    people = User.objects.order_by("pk")
    assert [(one.username, one.role, one.has_usable_password()) for one in people] == [
        ("ishida", Role.ACCOUNT_ADMIN, False),
        ("tanaka", Role.ACCOUNT_ADMIN, False),
    ]
    assert all(may(one, "user.change") and not may(one, "family.view") for one in people)
    assert AccountChange.objects.filter(proposed_by=None).count() == 2, "the history says that no person did it"


def test_the_mailed_link_sets_the_password_once_and_then_comes_the_second_factor(
    capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    call_command("create_ward_staff", *TWO)
    said = capsys.readouterr().out
    assert "/accounts/login/" in said
    assert "authenticator app or a passkey" in said
    outbox.take_all(at=timezone.now())
    assert [sent.to for sent in mail.outbox] == [["ishida@city.example.jp"], ["tanaka@city.example.jp"]]
    link = re.search(r"https?://[^/]+(/accounts/invitation/\S+)", str(mail.outbox[0].body))
    assert link
    page = client.get(link[1], follow=True)
    assert "ishida" in page.text
    here = page.redirect_chain[-1][0]
    chosen = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post(here, chosen).status_code == 302
    assert User.objects.get(username="ishida").check_password(NEW_PASSWORD)
    assert "new_password1" not in Client().get(link[1], follow=True).text, "good once"
    by_password("ishida", NEW_PASSWORD, client)
    assert client.get("/people/").url == "/accounts/security/"


def test_a_third_is_refused_and_one_who_left_is_replaced() -> None:
    call_command("create_ward_staff", *TWO)
    with pytest.raises(CommandError, match="name 0 more"):
        call_command("create_ward_staff", "ono=ono@city.example.jp")
    User.objects.filter(username="tanaka").update(is_active=False)
    call_command("create_ward_staff", "ono=ono@city.example.jp")
    assert User.objects.filter(role=Role.ACCOUNT_ADMIN, is_active=True).count() == 2


@pytest.mark.parametrize(
    "people",
    [
        ("ishida=ishida@city.example.jp",),
        ("ishida", "tanaka=tanaka@city.example.jp"),
        ("a b=ishida@city.example.jp", "tanaka=tanaka@city.example.jp"),
        ("ishida=same@city.example.jp", "tanaka=same@city.example.jp"),
        ("demo-x=ishida@city.example.jp", "tanaka=tanaka@city.example.jp"),
        ("ishida=ishida@[127.0.0.1]", "tanaka=tanaka@city.example.jp"),
    ],
)
def test_what_cannot_be_is_said_and_nobody_is_created(people: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("create_ward_staff", *people)
    assert not User.objects.exists()
    outbox.take_all(at=timezone.now())
    assert mail.outbox == []
