"""Statements asked together, worked out once, and connections that are kept."""

import os
import time

import psycopg
import pytest
from django.db import connection, transaction

from accounts.models import User
from sankecare.db import Compiled, Prepared, run_batch
from tests import builders


@pytest.mark.django_db
def test_objects_asked_for_beside_others_are_those_of_the_queryset() -> None:
    one, other = builders.registration(), builders.registration()
    wanted = type(one).objects.select_related("birth__family").filter(pk__in=[one.pk, other.pk]).order_by("pk")
    compiled = Compiled(wanted)
    numbers, rows = run_batch(("SELECT %s", [7]), compiled.question)
    found = compiled.read(rows)
    assert (numbers, found) == ([(7,)], [one, other])
    assert [row.birth.family.mother_name for row in found] == [row.birth.family.mother_name for row in wanted]
    nobody = Compiled(wanted.none())
    assert nobody.read(run_batch(nobody.question)[0]) == []


@pytest.mark.django_db
def test_a_statement_worked_out_once_is_asked_with_new_values_each_time() -> None:
    by_name = Prepared(lambda: User.objects.filter(username=""))
    first, second = builders.user(), builders.user()
    assert by_name.first(first.username) == first
    assert by_name.first(second.username) == second
    assert by_name.first("nobody") is None


@pytest.mark.django_db(transaction=True)
def test_a_lock_worked_out_once_still_needs_a_transaction() -> None:
    locked = Prepared(lambda: User.objects.select_for_update().filter(pk=0))
    with transaction.atomic():
        assert locked.first(1) is None
    with pytest.raises(transaction.TransactionManagementError):
        locked.first(1)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_a_moment_ago_is_replaced_before_it_is_used() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    connection.health_check_enabled = True
    connection.close_if_unusable_or_obsolete()
    assert connection.is_usable()
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    time.sleep(0.1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (pid,)
