"""The database's own clock, moved: what is written in a test's one transaction is written at different moments."""

from datetime import datetime

from django.db import connection

MOVED = """
CREATE SCHEMA IF NOT EXISTS moved_clock;
CREATE OR REPLACE FUNCTION moved_clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('moved_clock.at', true), '')::timestamptz, pg_catalog.now())
$$;
SET LOCAL search_path = moved_clock, pg_catalog, public;
"""


def it_is(moment: datetime) -> None:
    """From here on ``now()`` is this moment, for triggers too, until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        if "moved_clock" not in cursor.fetchone()[0]:
            cursor.execute(MOVED)
        cursor.execute("SELECT set_config('moved_clock.at', %s, true)", [moment.isoformat()])
