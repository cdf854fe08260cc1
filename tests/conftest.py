"""What holds in every test.

Who is signed in by ``force_login`` has shown all that a staff member must show. A page, a task or a command opens its
own transaction: the one in which a test stands does not count for it.
"""

import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from celery import Task
from django.apps import apps
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.management import BaseCommand
from django.db import connection, transaction
from django.http import HttpRequest
from django.test import TransactionTestCase
from django.test.client import ClientHandler
from django.utils import timezone, translation
from django.utils.dateformat import TimeFormat
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from enrollment.decisions.second_step import second_step_now
from enrollment.help_queries import kept_lines, kept_words
from sankecare import transactions
from sankecare.context import ward_name
from sankecare.postgresql.in_force import NAME
from sankecare.postgresql.roles import APPLICATION
from tests.as_owner import as_owner
from tests.night import NIGHT

# No test fails by the clock: a slow machine draws its examples slowly.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")
TESTS = Path(__file__).resolve().parent
# Written by the migrations, the same for every test.
OF_THE_SCHEMA = {"django_migrations", "django_content_type", "auth_permission"}
# The file of a table into which nothing was ever written is empty.
MAY_HAVE_ROWS = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
       AND relname <> ALL(%s)
"""


def pytest_configure() -> None:
    _rewrite_what_is_in_force()
    TransactionTestCase._fixture_teardown = _empty_what_tests_write
    # A password's real hash is slow on purpose; here it only has to be the same or not.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    TimeFormat.__init__ = _of_the_wards_clock(TimeFormat.__init__)
    user_logged_in.connect(_as_if_by_password_and_second_factor, dispatch_uid="tests")
    transactions.is_open = _is_open
    ClientHandler.__call__ = _as_an_edge(ClientHandler.__call__)
    Task.__call__ = _as_an_edge(Task.__call__)
    BaseCommand.execute = _as_an_edge(BaseCommand.execute)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs at night."""
    for item in items:
        inside = item.path.relative_to(TESTS).as_posix()
        if inside in NIGHT or inside.split("/")[0] in NIGHT:
            item.add_marker("night")


def _rewrite_what_is_in_force() -> None:
    """Scenes are set by rows of long ago, changed at will. The fixture ``in_force_is_kept`` closes them again."""
    names = ",".join(_guards_of_what_is_in_force())
    settings.DATABASES["default"]["OPTIONS"]["options"] += f" -c pgtrigger.ignore={{{names}}}"


def _guards_of_what_is_in_force() -> list[str]:
    return [
        trigger.get_pgid(model)
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", ())
        if trigger.name == NAME
    ]


@pytest.fixture
def in_force_is_kept(db: None) -> Callable[[], None]:
    """As outside of tests: what has begun is read only; called again after ``rewriting``, which ends it."""

    def close() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL pgtrigger.ignore = '{}'")

    close()
    return close


_at_an_edge = ContextVar("_at_an_edge", default=False)


def _as_an_edge(answer: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(answer)
    def answered(*args: Any, **kwargs: Any) -> Any:
        before = _at_an_edge.set(True)
        try:
            return answer(*args, **kwargs)
        finally:
            _at_an_edge.reset(before)

    return answered


def _is_open() -> bool:
    """Tell whether a transaction is open; at an edge, one besides the test's own."""
    if not _at_an_edge.get():
        return connection.in_atomic_block
    return any(not block._from_testcase for block in connection.atomic_blocks)


@pytest.fixture(autouse=True)
def _in_the_language_of_the_ward() -> None:
    """A page of an earlier test that was asked for in another language leaves that language behind."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_lines_to_call_of_another_test() -> None:
    """A process keeps lines and words for a minute; a test that is about them forgets what is kept."""
    kept_lines.keep(((), frozenset()), seconds=3600)
    kept_words.keep((), seconds=3600)
    second_step_now.keep(False, seconds=3600)
    for language in ("ja", "en", "en-us", None):
        ward_name.keep("", language, seconds=3600)


def _of_the_wards_clock(init: Any) -> Any:
    """No page, mail or file of any test formats a moment before it is put to the ward's clock."""

    def looked_at(self: Any, moment: Any) -> None:
        if isinstance(moment, datetime) and timezone.is_aware(moment):
            local = timezone.localtime(moment).utcoffset()
            assert moment.utcoffset() == local, f"a moment by another clock would be printed: {moment}"
        init(self, moment)

    return looked_at


def _as_if_by_password_and_second_factor(request: HttpRequest, user: Any, **_signal: Any) -> None:
    """Only ``force_login`` comes with a request without a method; who signs in through the page is as she is."""
    if request.method is None:
        for way in ("password", "mfa"):
            record_authentication(request, user, method=way)


def _empty_what_tests_write(_test: TransactionTestCase) -> None:
    """Delete the rows of the tables that have any: to truncate all 300 takes a second after every test.

    As their owner, and past the guards. References are looked at once all are deleted, whatever the order was.
    """
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAY_HAVE_ROWS, [list(OF_THE_SCHEMA)])
        tables = [connection.ops.quote_name(table) for (table,) in cursor.fetchall()]
        if tables:
            cursor.execute(
                "; ".join(
                    [
                        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
                        *(f"DELETE FROM {table}" for table in tables),
                        "SET CONSTRAINTS ALL IMMEDIATE",
                        *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables),
                    ]
                )
            )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Make the tables as their owner, and then work as the role of the application, in every process of the suite."""
    options = settings.DATABASES["default"]["OPTIONS"]
    before = options["options"]
    with django_db_blocker.unblock():
        if not roles_are_here():
            yield
            return
        connection.close()
        options["options"] = f"{before} -c role={APPLICATION}"
    os.environ["DATABASE_ROLE"] = APPLICATION
    yield
    del os.environ["DATABASE_ROLE"]
    options["options"] = before
    with django_db_blocker.unblock():
        connection.close()


def roles_are_here() -> bool:
    """Tell whether who signed in may work as the application (a server of somebody's own may have one role only)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_or(pg_has_role(oid, 'SET')) FROM pg_roles WHERE rolname = %s", [APPLICATION])
        (may,) = cursor.fetchone()
        cursor.execute("SELECT session_user")
        return bool(may) and cursor.fetchone()[0] != APPLICATION
