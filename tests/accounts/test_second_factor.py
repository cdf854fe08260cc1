"""Staff show a second factor, everywhere and always; codes are good once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.middleware import ENROLMENT, OF_NOBODY
from accounts.models import AccountChange, ChangeKind, Outcome, User
from accounts.roles import Role
from accounts.url_permissions import PAGES
from tests.accounts.fixtures_sign_in import CHECK, LOGIN, app_code, by_password, fully, give_app
from tests.builders import user

pytestmark = pytest.mark.django_db

STAFF = [role for role in Role if role != Role.MOTHER]
SETTING_UP = "/accounts/security/"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def addresses() -> list[tuple[str, str]]:
    """Every URL without parameters, and some with."""
    found = []
    for name in PAGES:
        try:
            found.append((name, reverse(name)))
        except NoReverseMatch:
            continue
    return [
        *found,
        ("admin:accounts_user_changelist", "/admin/accounts/user/"),
        ("", "/admin/accounts/user/1/change/"),
    ]


@pytest.mark.parametrize("role", STAFF)
def test_who_has_no_second_factor_yet_reaches_the_pages_that_set_one_up_and_no_other(role: Role) -> None:
    client = Client()
    assert by_password(user(role).username, client=client).url == "/accounts/landing/"
    for name, address in addresses():
        if name in ENROLMENT | OF_NOBODY:
            continue
        for method in (client.get, client.post):
            answer = method(address)
            if address.startswith("/api/"):
                assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_missing"), address
            else:
                assert (answer.status_code, answer["Location"]) == (302, SETTING_UP), address
    assert client.get(SETTING_UP).status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.parametrize("role", STAFF)
def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(role: Role) -> None:
    person, client = user(role), Client()
    give_app(person)
    assert by_password(person.username, client=client).url == CHECK
    assert "_auth_user_id" not in client.session
    for _name, address in addresses():
        answer = client.get(address)
        assert answer.wsgi_request.user.is_anonymous, address
    assert client.get("/accounts/landing/").url.startswith("/accounts/login/")


def test_a_session_from_before_the_second_factor_ends_at_the_next_request() -> None:
    person, client = user(), Client()
    by_password(person.username, client=client)
    give_app(person)  # on another device
    for address in ("/admin/", SETTING_UP, "/accounts/security/app/"):
        assert client.get(address).url.startswith("/accounts/login/")
    assert client.get("/api/v1/registrations/").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_opens_the_pages_and_gives_recovery_codes() -> None:
    person, client = user(), Client()
    by_password(person.username, client=client)
    client.get("/accounts/security/app/")
    secret = client.session["mfa.totp.secret"]
    assert client.post("/accounts/security/app/", {"code": "000000"}).status_code == 200
    answer = client.post("/accounts/security/app/", {"code": app_code(secret)})
    assert answer.url == "/accounts/security/recovery-codes/"
    assert len(client.get(answer.url).context["unused_codes"]) == 10
    assert client.get("/admin/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data), "sealed in the database"


def test_a_code_of_the_app_opens_one_session_only() -> None:
    person = user()
    secret = give_app(person)
    code = app_code(secret)
    for wanted in (302, 200):
        client = Client()
        by_password(person.username, client=client)
        assert client.post(CHECK, {"code": code}).status_code == wanted
    cache.clear()  # Valkey forgot
    assert client.post(CHECK, {"code": code}).status_code == 200
    assert client.post(CHECK, {"code": app_code(secret, 1)}).status_code == 302


def test_an_old_code_is_not_good() -> None:
    person, client = user(), Client()
    secret = give_app(person)
    by_password(person.username, client=client)
    assert client.post(CHECK, {"code": app_code(secret, -3)}).status_code == 200


def test_a_recovery_code_opens_once() -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    person = user()
    give_app(person)
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    for wanted in (302, 200):
        client = Client()
        by_password(person.username, client=client)
        assert client.post(CHECK, {"code": code}).status_code == wanted


def test_after_five_wrong_codes_the_right_one_must_wait() -> None:
    person, client = user(), Client()
    secret = give_app(person)
    by_password(person.username, client=client)
    for _ in range(5):
        assert client.post(CHECK, {"code": "000000"}).status_code == 200
    refused = client.post(CHECK, {"code": app_code(secret)})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_the_last_second_factor_cannot_be_removed_by_oneself() -> None:
    person, client = user(), Client()
    fully(person, client)
    client.post("/accounts/security/app/remove/")
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_the_last_passkey_cannot_be_removed_by_oneself_and_anothers_is_not_there() -> None:
    person, client = user(), Client()
    client.force_login(person)
    passkeys = [
        Authenticator.objects.create(user=owner, type="webauthn", data={"name": "鍵"}) for owner in (person, user())
    ]
    own, others = (f"{SETTING_UP}passkeys/{passkey.pk}/" for passkey in passkeys)
    assert client.post(f"{own}remove/").context["form"].non_field_errors()
    assert client.post(others, {"name": "x"}).status_code == 404
    assert client.post(f"{others}remove/").status_code == 404
    assert client.post(own, {"name": "机の鍵"}).status_code == 302
    assert {row.data["name"] for row in Authenticator.objects.all()} == {"机の鍵", "鍵"}


@pytest.mark.parametrize(
    "sent",
    ['{"id": "x"}', "[" * 100_000, '{"id": 1, "response": 5}', '{"id": "MQ", "response": {}}', '"x"', "[1]", ""],
)
def test_what_is_no_passkey_is_wrong_and_no_error_of_ours(sent: str) -> None:
    client = Client()
    client.get("/accounts/login/passkey/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert client.post("/accounts/login/passkey/", {"credential": sent}).url == LOGIN
    client.force_login(user(Role.MOTHER))
    page = f"{SETTING_UP}passkeys/new/"
    client.get(page)
    assert client.post(page, {"credential": sent, "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_changing_how_one_signs_in_asks_again_after_a_while() -> None:
    person, client = user(), Client()
    fully(person, client)
    assert client.get("/accounts/security/recovery-codes/new/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        asked = client.get("/accounts/security/recovery-codes/new/")
        assert asked.url.startswith("/accounts/confirm/")
        assert client.get(asked.url).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_last_member_of_staff_is_helped_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    person = user(Role.ACCOUNT_ADMIN)
    give_app(person)
    call_command("take_back_second_factor", person.username)
    assert not Authenticator.objects.filter(user=person).exists()
    kept = AccountChange.objects.get(person=person)
    assert (kept.kind, kept.outcome, kept.proposed_by) == (ChangeKind.SECOND_FACTOR, Outcome.CONFIRMED, None)
    with pytest.raises(CommandError):
        call_command("take_back_second_factor", "nobody-at-all")


def test_a_mother_is_asked_for_no_second_factor_and_has_no_page_for_one() -> None:
    client = Client()
    client.force_login(user(Role.MOTHER))
    assert client.get(SETTING_UP).status_code == 200
    for page in ("app/", "app/remove/", "recovery-codes/", "recovery-codes/new/", "recovery-codes/file/"):
        assert client.get(f"{SETTING_UP}{page}").status_code == 404
    assert client.get("/accounts/password/").status_code == 404


def test_no_session_holds_a_code(settings: Any) -> None:
    person, client = user(), Client()
    secret = give_app(person)
    by_password(person.username, client=client)
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert secret not in kept
    assert User.objects.get(pk=person.pk).last_login is None
