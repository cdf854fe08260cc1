"""Who signs in as the application rewrites nothing that was and switches off no guard; the owner could."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import errors

from sankecare.postgresql.rights import functions_of_history, grants, kept_from, too_much
from tests.as_owner import as_owner

pytestmark = pytest.mark.django_db
# What an insider with the application's password would try, and each that the owner could do.
FORBIDDEN = (
    "ALTER TABLE bookings_drawround DISABLE TRIGGER USER",
    "ALTER TABLE billing_charge DISABLE TRIGGER USER",
    "ALTER TABLE enrollment_family ADD COLUMN note text",
    "DROP TABLE accounts_accesslogentry CASCADE",
    "TRUNCATE accounts_accesslogentry CASCADE",
    "DELETE FROM accounts_accesslogentry",
    "UPDATE accounts_accesslogentry SET at = now()",
    "DELETE FROM bookings_drawround",
    "DELETE FROM bookings_drawlink",
    "UPDATE bookings_drawlink SET round_id = round_id + 1",
    "DELETE FROM enrollment_letter",
    "UPDATE enrollment_letterfile SET sealed = ''",
    "UPDATE billing_charge SET total = 0",
    "DELETE FROM billing_claimstep",
    "UPDATE enrollment_familyevent SET pgh_label = 'x'",
    "DELETE FROM bookings_drawentryevent",
    "TRUNCATE enrollment_familyevent",
    "INSERT INTO billing_tariffevent SELECT * FROM billing_tariffevent",
    "UPDATE pghistory_context SET metadata = '{}'",
    "DELETE FROM django_migrations",
    "CREATE TABLE public.mine (number int)",
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN RETURN true",
)
# What not even the owner may do: only an administrator of the server.
FOR_NOBODY = (
    "SET session_replication_role = replica",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "CREATE ROLE mine SUPERUSER",
    "COPY enrollment_family TO PROGRAM 'true'",
)


def session(url: str) -> Iterator[psycopg.Connection]:
    """Sign in to the database of the test; nothing of it is kept."""
    address = urlsplit(url)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with psycopg.connect(address) as own:
        own.execute("SET lock_timeout = '5s'")
        yield own
        own.rollback()


@pytest.fixture
def application(db: None) -> Iterator[psycopg.Connection]:
    yield from session(os.environ["DATABASE_URL_AS_APPLICATION"])


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Connection]:
    yield from session(os.environ["DATABASE_URL"])


def is_refused(own: psycopg.Connection, statement: str) -> bool:
    try:
        own.execute(statement)
    except errors.InsufficientPrivilege:
        return True
    finally:
        own.rollback()
    return False


@pytest.mark.parametrize("statement", [*FORBIDDEN, *FOR_NOBODY])
def test_the_application_may_not(application, statement):
    assert is_refused(application, statement)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_owner_could(owner, statement):
    assert not is_refused(owner, statement)


@pytest.mark.parametrize("role", ["sankecare_owner", "postgres"])
def test_the_application_cannot_become_another(application, role):
    assert is_refused(application, f"SET ROLE {role}")
    assert is_refused(application, f"SET SESSION AUTHORIZATION {role}")


def rewrites_what_is_in_force(own: psycopg.Connection) -> bool:
    own.execute(
        "INSERT INTO billing_couponpolicy (period, amount, per_mother, tax_class, source)"
        " VALUES ('[2018-04-01,)', 2500, 5, '', 'default')"
    )
    own.execute(
        "SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger"
        " WHERE tgrelid = 'billing_couponpolicy'::regclass AND NOT tgisinternal"
    )
    try:
        own.execute("UPDATE billing_couponpolicy SET amount = 1")
    except errors.CheckViolation:
        return False
    return True


def test_no_setting_of_a_session_lets_the_application_pass_over_a_trigger(application):
    assert not rewrites_what_is_in_force(application)


def test_it_lets_the_owner(owner):
    assert rewrites_what_is_in_force(owner)


def test_the_suite_itself_works_as_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("sankecare",)
    assert too_much("default") == []


def test_a_role_that_may_too_much_is_told_of():
    with as_owner():
        said = too_much("default")
    assert "owns the database" in said
    assert any(words.startswith("owns ") and words.endswith(" tables") for words in said)


def test_no_table_of_history_is_written_but_by_its_triggers():
    histories = [model for model in apps.get_models() if kept_from(model) >= {"INSERT"}]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT history FROM unnest(%s::text[]) history"
            " WHERE has_table_privilege(history, 'INSERT, UPDATE, DELETE, TRUNCATE')",
            [[model._meta.db_table for model in histories]],
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE NOT prosecdef AND proname = ANY(%s)",
            [functions_of_history(apps.get_models())],
        )
        assert cursor.fetchall() == []
    assert len(histories) > 80


def test_every_protected_table_is_kept_by_a_right_too():
    kept = {model._meta.db_table: kept_from(model) for model in apps.get_models() if kept_from(model)}
    with connection.cursor() as cursor:
        for table, rights in kept.items():
            cursor.execute("SELECT has_table_privilege(%s, %s)", [table, ", ".join(rights)])
            assert cursor.fetchone() == (False,), table


def test_who_only_reads_writes_nothing_and_reads_no_secret(owner):
    owner.execute("SET ROLE NONE")
    for table, right, expected in (
        ("enrollment_family", "SELECT", True),
        ("enrollment_family", "INSERT, UPDATE, DELETE, TRUNCATE", False),
        ("django_session", "SELECT", False),
        ("mfa_authenticator", "SELECT", False),
    ):
        asked = owner.execute("SELECT has_table_privilege('sankecare_reports', %s, %s)", [table, right])
        assert asked.fetchone() == (expected,), (table, right)


def test_rights_are_given_anew_by_revoking_first():
    statements = grants(apps.get_models())
    assert [words.split()[0] for words in statements[:4]] == ["REVOKE", "GRANT", "REVOKE", "REVOKE"]
