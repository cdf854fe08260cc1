"""The database's own clock, moved: what is written in a test's one transaction is written at different moments."""

from datetime import datetime

from django.db import connection

from sankecare.postgresql.roles import APPLICATION
from tests.as_owner import as_owner

# What writes history acts as its owner and has a path of its own: the moved clock comes first there too.
MOVED = """
CREATE SCHEMA IF NOT EXISTS moved_clock;
CREATE OR REPLACE FUNCTION moved_clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('moved_clock.at', true), '')::timestamptz, pg_catalog.now())
$$;
DO $$
DECLARE
    writes regprocedure;
BEGIN
    FOR writes IN
        SELECT oid FROM pg_catalog.pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = moved_clock, pg_catalog, public, pg_temp', writes);
    END LOOP;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{application}') THEN
        GRANT USAGE ON SCHEMA moved_clock TO {application};
    END IF;
END
$$;
"""


def it_is(moment: datetime) -> None:
    """From here on ``now()`` is this moment, for triggers too, until the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        if "moved_clock" not in cursor.fetchone()[0]:
            with as_owner():
                cursor.execute(MOVED.replace("{application}", APPLICATION))
            cursor.execute("SET LOCAL search_path = moved_clock, pg_catalog, public")
        cursor.execute("SELECT set_config('moved_clock.at', %s, true)", [moment.isoformat()])
