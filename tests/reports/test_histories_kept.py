"""The histories of who changed what: appended, and rewritten by nobody, by whatever way he comes."""

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from accounts.roles import Role
from enrollment.models import Residence
from enrollment.protection.protect import protect_family
from tests import builders
from tests.as_owner import as_owner
from tests.builders import A_DAY, at
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db
HISTORIES = [model.pgh_event_model for model in apps.get_models() if hasattr(model, "pgh_event_model")]
UPDATES, DELETES, BEFORE, ENABLED = 16, 8, 2, "O"


def refused(statement: str, *values: object) -> bool:
    """Whether the guards refuse it even to the tables' owner; the application has no right to it besides."""
    try:
        with transaction.atomic(), as_owner(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError:
        return True
    return False


def test_the_database_keeps_the_history_of_every_model_that_has_one() -> None:
    kept = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgtype FROM pg_trigger WHERE tgenabled = %s", [ENABLED])
        for table, kind in cursor.fetchall():
            kept[table] = kept.get(table, 0) | (kind if kind & BEFORE else 0)
    open_to_all = [
        history._meta.db_table
        for history in HISTORIES
        if kept.get(history._meta.db_table, 0) & (UPDATES | DELETES) != UPDATES | DELETES
    ]
    assert open_to_all == [], "say append_only=True where the model's history is declared"


def test_no_row_of_a_history_is_rewritten_or_deleted() -> None:
    two_worlds()
    written = [history._meta.db_table for history in HISTORIES if history.objects.exists()]
    assert len(written) > 20
    for table in written:
        assert refused(f"UPDATE {table} SET pgh_label = 'x'"), table
        assert refused(f"UPDATE {table} SET pgh_created_at = now() - interval '1 day'"), table
        assert refused(f"DELETE FROM {table}"), table


def test_who_made_a_change_and_where_is_neither_exchanged_nor_forgotten() -> None:
    table = "pghistory_context"
    with pghistory.context(user=None, url="/x/"):
        builders.family()
        with pghistory.context(user=7):  # signed in within the request
            builders.family()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT metadata ->> 'user' FROM {table}")
            assert cursor.fetchall() == [("7",)]
    for other in ('{"user": 8, "url": "/x/"}', '{"user": 7}', '{"user": 7, "url": "/y/"}', "{}", '{"user": null}'):
        assert refused(f"UPDATE {table} SET metadata = %s", other), other
    assert refused(f"DELETE FROM {table}")
    assert not refused(f"UPDATE {table} SET metadata = metadata || '{{\"more\": 1}}'")


def test_from_a_history_nothing_is_taken_but_a_protected_address_and_nothing_is_put_there() -> None:
    family = builders.family()
    history = Residence.pgh_event_model._meta.db_table  # type: ignore[attr-defined]  # pghistory
    for words in ("rest = 'elsewhere'", "district_id = NULL", "town_id = NULL", "family_id = family_id + 1"):
        assert refused(f"UPDATE {history} SET {words}"), words
    protect_family(family=family, reason="支援措置", by=builders.user(Role.WARD_STAFF), at=at(A_DAY))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT town_id, chome, block, rest, postcode FROM {history}")
        assert cursor.fetchall() == [(None, None, None, "", "")]
