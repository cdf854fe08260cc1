"""What was changed about how somebody signs in is kept, whoever did it, told to her, and on the auditor's pages."""

from datetime import timedelta

import pghistory
import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import SecondFactor, User
from accounts.roles import Role
from reports.audit import changes_of_accounts, rights_of
from sankecare import outbox
from tests.accounts.fixtures_sign_in import app_code, by_password, fully, give_app
from tests.as_owner import as_owner
from tests.builders import PASSWORD, family, user

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "別のとても長い合言葉"


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def mailed(to: str) -> list[str]:
    outbox.take_all(at=timezone.now())
    return [str(sent.body) for sent in mail.outbox if sent.to == [to]]


def names_of(person: User) -> list[str]:
    return [field.name for change in rights_of(person) for field in change.fields]


def test_a_password_changed_by_oneself_is_kept_with_its_moment_and_told() -> None:
    person, client = user(email="hana@city.test"), Client()
    fully(person, client)
    given = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post("/accounts/password/", given).status_code == 302
    (change, *_older) = rights_of(person)
    assert (change.by, [field.name for field in change.fields]) == (person.pk, ["パスワードの設定日時"])
    assert any("パスワードが設定されました" in body for body in mailed("hana@city.test"))


def test_a_password_set_past_django_is_kept_all_the_same_and_no_hash_stands_in_the_history() -> None:
    person = user()
    hashed = User.objects.get(pk=person.pk).password
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET password = 'md5$x$made-up' WHERE id = %s", [person.pk])
        cursor.execute("SELECT to_jsonb(e)::text FROM accounts_userevent e WHERE pgh_obj_id = %s", [person.pk])
        kept = " ".join(row[0] for row in cursor.fetchall())
    assert "パスワードの設定日時" in names_of(person)
    assert "made-up" not in kept
    assert hashed not in kept


def test_an_old_copy_of_the_row_takes_nothing_back() -> None:
    person = user()
    stale = User.objects.get(pk=person.pk)
    person.set_password(NEW_PASSWORD)
    person.save()
    moment = User.objects.get(pk=person.pk).password_set_at
    stale.password = person.password
    stale.save()
    assert moment is not None
    assert User.objects.get(pk=person.pk).password_set_at == moment


def test_an_address_changed_by_whomever_is_kept_before_and_after() -> None:
    person, other = user(email="old@city.test"), user()
    with pghistory.context(user=other.pk):
        User.objects.filter(pk=person.pk).update(email="new@city.test")
    (change, *_older) = rights_of(person)
    ((field),) = change.fields
    assert (change.by, field.name, field.before, field.after) == (
        other.pk,
        "メールアドレス",
        "old@city.test",
        "new@city.test",
    )


def test_a_second_factor_added_used_and_removed_is_kept_and_told_but_its_use_is_no_change() -> None:
    person, client = user(email="hana@city.test"), Client()
    by_password(person.username, client=client)
    client.get("/accounts/security/app/")
    secret = client.session["mfa.totp.secret"]
    assert client.post("/accounts/security/app/", {"code": app_code(secret)}).status_code == 302
    added = len(rights_of(person))
    kinds = {change.kind for change in rights_of(person) if change.what == "2段階目"}
    assert kinds == {"insert"}
    held = Authenticator.objects.get(user=person, type="totp")
    held.record_usage()
    assert len(rights_of(person)) == added
    Authenticator.objects.filter(user=person).delete()
    assert {change.kind for change in rights_of(person) if change.what == "2段階目"} == {"insert", "delete"}
    assert any("追加されました" in body for body in mailed("hana@city.test"))


def test_a_secret_exchanged_within_its_row_is_a_change() -> None:
    person = user()
    give_app(person)
    before = len(rights_of(person))
    Authenticator.objects.filter(user=person).update(data={"secret": "another"})
    assert [change.kind for change in rights_of(person)][: len(rights_of(person)) - before] == ["update"]


@pytest.mark.parametrize("table", ["accounts_userevent", "accounts_secondfactorevent", "accounts_accountchangeevent"])
def test_the_history_is_appended_and_never_changed(table: str) -> None:
    from accounts.models import AccountChange, ChangeKind

    person = user()
    give_app(person)
    AccountChange.objects.create(
        kind=ChangeKind.REOPEN, person=person, reason="復職", proposed_by=user(), proposed_at=timezone.now()
    )
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET pgh_label = 'x'"):
        with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"), as_owner(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_auditor_reads_all_of_it_on_one_page_with_names_and_a_mothers_passkey_is_not_among_it() -> None:
    person = user(email="hana@city.test", last_name="原", first_name="節子")
    mother = user(Role.MOTHER, email="mother@example.jp")
    give_app(person)
    SecondFactor.objects.create(user=mother, type="webauthn", data={})
    with pghistory.context(user=person.pk):
        person.set_password(NEW_PASSWORD)
        person.save()
    client = Client()
    client.force_login(user(Role.AUDITOR))
    page = client.get("/audit/accounts/").text
    for words in ("原 節子", "2段階目", "パスワードの設定日時"):
        assert words in page, words
    today = timezone.localdate()
    about = {change.about for change in changes_of_accounts(today, today)}
    assert person.pk in about
    assert mother.pk not in about
    assert changes_of_accounts(today - timedelta(days=9), today - timedelta(days=1)) == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_but_the_auditor_opens_that_page(role: Role, client: Client) -> None:
    client.force_login(user(role))
    assert client.get("/audit/accounts/").status_code == 404


def test_a_mothers_passkey_stands_on_her_familys_page() -> None:
    mother, auditor = user(Role.MOTHER), Client()
    hers = family(account=mother)
    with pghistory.context(user=mother.pk):
        SecondFactor.objects.create(user=mother, type="webauthn", data={})
    auditor.force_login(user(Role.AUDITOR))
    page = auditor.get(f"/audit/families/{hers.pk}/").text
    assert "2段階目" in page
    assert "WebAuthn" not in page, "in words, not in the name of a standard"
