"""The auditor sees whether the history stands as it was sealed, and keeps its heads in her mails."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.access_log_chain import chain_access_log
from accounts.roles import Role
from sankecare import outbox
from sankecare.history_seals.nightly import check_history
from sankecare.history_seals.verifying import keep_check, verify_history
from sankecare.models import OutboxEntry
from tests.builders import user
from tests.sankecare.fixtures_sealed_history import (
    LOOKS_TABLE,
    night,
    rewriting,
    run,
    seal,
    use_key,
    write_looks,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(settings):
    use_key(settings)


@pytest.fixture
def auditor():
    return user(Role.AUDITOR, email="auditor@example.jp")


@pytest.fixture
def pages(client, auditor):
    client.force_login(auditor)

    def read():
        return [client.get(reverse(name)).content.decode() for name in ("audit:home", "audit:history")]

    return read


RED = "notice-error"


def test_it_is_red_until_the_first_night(pages):
    for page in pages():
        assert RED in page
    assert "まだ封をしていません" in pages()[1]


def test_it_is_calm_where_all_stands_and_names_the_head(pages):
    write_looks(5)
    day = seal(night())
    check_history(at=timezone.now())
    home, page = pages()
    assert RED not in home
    assert RED not in page
    assert day.digest in page
    assert day.signature in page


def test_it_is_red_and_says_what_to_do_where_something_was_changed(pages):
    write_looks(5)
    seal(night())
    with rewriting(LOOKS_TABLE) as cursor:
        cursor.execute(f"DELETE FROM {LOOKS_TABLE}")
        keep_check(verify_history(at=timezone.now()), at=timezone.now())
        home, page = pages()
    assert RED in home
    assert "5件のうち0件しかありません" in page
    assert "運用担当に知らせます" in page


def test_it_is_red_where_the_last_night_is_missing(pages):
    write_looks(5)
    seal(night(2))
    check_history(at=timezone.now() - timedelta(days=2))
    for page in pages():
        assert RED in page


def test_each_auditor_is_mailed_the_head_and_nothing_personal(auditor):
    user(Role.AUDITOR, email="left@example.jp", is_active=False)
    user(email="staff@example.jp")
    write_looks(5)
    day = seal(night())
    assert {entry.recipient for entry in OutboxEntry.objects.all()} == {f"user:{auditor.pk}"}
    outbox.take_all(at=timezone.now())
    (message,) = mail.outbox
    assert message.to == ["auditor@example.jp"]
    for part in (day.digest, day.signature, day.day.isoformat(), reverse("audit:history")):
        assert part in message.body


@pytest.mark.parametrize("links_too", [False, True])
def test_an_emptied_access_log_is_no_log_in_which_all_is_well(links_too):
    write_looks(5)
    chain_access_log(at=timezone.now())
    seal(night())
    call_command("verify_access_log")
    tables = (LOOKS_TABLE, "accounts_accessloglink") if links_too else (LOOKS_TABLE,)
    with rewriting(*tables) as cursor:
        run(*(f"DELETE FROM {table}" for table in tables))(cursor, 0)
        with pytest.raises(CommandError, match="5"):
            call_command("verify_access_log")
