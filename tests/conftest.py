"""What holds in every test: who is signed in by ``force_login`` has shown all that a staff member must show."""

from datetime import datetime
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.http import HttpRequest
from django.test import TransactionTestCase
from django.utils import timezone
from django.utils.dateformat import TimeFormat

from enrollment.help_queries import kept_lines, kept_words

# Written by the migrations, the same for every test.
OF_THE_SCHEMA = {"django_migrations", "django_content_type", "auth_permission"}


def pytest_configure() -> None:
    TransactionTestCase._fixture_teardown = _empty_what_tests_write
    # A password's real hash is slow on purpose; here it only has to be the same or not.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    TimeFormat.__init__ = _of_the_wards_clock(TimeFormat.__init__)
    user_logged_in.connect(_as_if_by_password_and_second_factor, dispatch_uid="tests")


@pytest.fixture(autouse=True)
def _no_lines_to_call_of_another_test() -> None:
    """A process keeps lines and words for a minute; a test that is about them forgets what is kept."""
    kept_lines.keep(((), frozenset()), seconds=3600)
    kept_words.keep((), seconds=3600)


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
    """Django's own flush empties the content types and permissions too, and writes all of them again each time."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - OF_THE_SCHEMA)
    connection.ops.execute_sql_flush([f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))}"])
