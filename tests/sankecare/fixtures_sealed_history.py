"""A history of 10,000 rows, sealed on three nights, and how the owner of the database would spoil it."""

from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from accounts.models import AccessLogEntry
from sankecare.history_seals.curve import public_key
from sankecare.history_seals.sealing import A_DAY as A_DAY_LONG
from sankecare.history_seals.sealing import seal_days, seal_what_is_over
from sankecare.history_seals.tables import sealed_tables
from sankecare.models import HistoryDay
from tests.as_owner import as_owner
from tests.builders import A_DAY, at, registration, user

KEY = "the key of the process that seals"
ANOTHER_KEY = "the key of somebody else"
LOOKS = 10_000


def use_key(settings, key=KEY):
    settings.HISTORY_KEY, settings.HISTORY_PUBLIC_KEYS = key, [public_key(key)]


def night(days_ago=0):
    """Ten to one in the night, so many days ago: the day before it is over."""
    return timezone.localtime().replace(hour=0, minute=50, second=0, microsecond=0) - timedelta(days=days_ago)


def write_looks(number=LOOKS):
    """So many looks at one family, and what the making of it left in the histories."""
    person, seen = user(), registration().birth.family
    moment = at(A_DAY)
    AccessLogEntry.objects.bulk_create(
        AccessLogEntry(
            at=moment + timedelta(seconds=count),
            user=person,
            role=person.role,
            family=seen,
            page=f"page:{count}",
        )
        for count in range(number)
    )


def numbers():
    return list(AccessLogEntry.objects.order_by("pk").values_list("pk", flat=True))


def newest_numbers():
    """The last number of each sealed table as it stands now: nobody else writes."""
    found = {}
    with connection.cursor() as cursor:
        for each in sealed_tables():
            cursor.execute(f"SELECT max({each.key}) FROM {each.table}")
            (last,) = cursor.fetchone()
            if last is not None:
                found[each.table] = last
    return found


def seal(at_night: datetime) -> HistoryDay:
    (*_before, day) = seal_what_is_over(at=at_night, bounds=newest_numbers)
    return day


def seal_three_nights():
    """A third of the looks each night; the third night was last night."""
    pks = numbers()
    for days_ago, share in ((2, 3000), (1, 6000), (0, len(pks))):
        bounds = newest_numbers() | {"accounts_accesslogentry": pks[share - 1]}
        with transaction.atomic():
            seal_days(until=night(days_ago).date() - A_DAY_LONG, bounds=bounds, at=night(days_ago))


@contextmanager
def rewriting(*tables):
    """As an owner who has switched off what guards the tables; all is taken back at the end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with as_owner(), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield cursor
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        transaction.set_rollback(True)


LOOKS_TABLE, DAYS, PARTS = "accounts_accesslogentry", "sankecare_historyday", "sankecare_historypart"


def run(*statements):
    def spoil(cursor, middle):
        for statement in statements:
            cursor.execute(statement.format(middle=middle, next=middle + 1))

    return spoil


def write_anew(cursor, middle):
    """Who owns the database changes a row and computes everything anew, with a key of her own."""
    cursor.execute(f"UPDATE {LOOKS_TABLE} SET page = 'other' WHERE id = {middle}")
    cursor.execute(f"DELETE FROM {PARTS}")
    cursor.execute(f"DELETE FROM {DAYS}")
    with override_settings(HISTORY_KEY=ANOTHER_KEY, HISTORY_PUBLIC_KEYS=[public_key(ANOTHER_KEY)]):
        seal_three_nights()


# What is done, and what the check must say.
SPOILS = {
    "edit": (run(f"UPDATE {LOOKS_TABLE} SET page = 'other' WHERE id = {{middle}}"), "changed or exchanged"),
    "delete": (run(f"DELETE FROM {LOOKS_TABLE} WHERE id = {{middle}}"), "rows are missing"),
    "insert": (
        run(
            f"INSERT INTO {LOOKS_TABLE} (id, at, user_id, role, family_id, page, sensitive)"
            f" SELECT 0, at, user_id, role, family_id, page, sensitive FROM {LOOKS_TABLE} WHERE id = {{middle}}"
        ),
        "rows were put in",
    ),
    "reorder": (
        run(
            f"UPDATE {LOOKS_TABLE} SET id = -1 WHERE id = {{middle}}",
            f"UPDATE {LOOKS_TABLE} SET id = {{middle}} WHERE id = {{next}}",
            f"UPDATE {LOOKS_TABLE} SET id = {{next}} WHERE id = -1",
        ),
        "changed or exchanged",
    ),
    "truncation": (
        run(
            f"DELETE FROM {LOOKS_TABLE} WHERE id > (SELECT max(last) FROM {PARTS} WHERE \"table\" = '{LOOKS_TABLE}'"
            f" AND day_id < (SELECT max(id) FROM {DAYS}))",
            f"DELETE FROM {PARTS} WHERE day_id = (SELECT max(id) FROM {DAYS})",
            f"DELETE FROM {DAYS} WHERE id = (SELECT max(id) FROM {DAYS})",
        ),
        "Nothing was sealed since",
    ),
    "missing day": (
        run(
            f"DELETE FROM {PARTS} WHERE day_id = (SELECT max(id) - 1 FROM {DAYS})",
            f"DELETE FROM {DAYS} WHERE id = (SELECT max(id) - 1 FROM {DAYS})",
        ),
        "Days are missing",
    ),
    "rewritten chain": (write_anew, "is not signed with the ward's key"),
}
# Beside the seven.
OTHER_SPOILS = {
    "all rows of a table": (run(f"DELETE FROM {LOOKS_TABLE}"), "0 of"),
    "who made a change": (
        run("UPDATE pghistory_context SET metadata = '{{\"user\": 1}}'"),
        "changed or exchanged",
    ),
    "a seal": (run(f"UPDATE {PARTS} SET digest = repeat('0', 64)"), "its digest is not that of its parts"),
    "all seals": (run(f"DELETE FROM {PARTS}", f"DELETE FROM {DAYS}"), "there is no seal at all"),
    "the first seal": (
        run(
            f"DELETE FROM {PARTS} WHERE day_id = (SELECT min(id) FROM {DAYS})",
            f"DELETE FROM {DAYS} WHERE id = (SELECT min(id) FROM {DAYS})",
        ),
        "The first days are missing",
    ),
    "a column": (run(f"ALTER TABLE {LOOKS_TABLE} RENAME COLUMN page TO side"), "are not there any more"),
}
