"""What the application's role may do with each table: granted anew after every migration, by their owner.

The models say it. A table that a trigger protects from every change is granted for reading and adding only; a table of
history is written by its triggers alone, which act as their owner. A trigger can be passed over (``pgtrigger.ignore``)
by the owner alone. So no page, task or shell of the application can rewrite what was, or switch off what guards it.
"""

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connections, models, transaction
from pghistory.models import Event as EventModel
from pghistory.trigger import Event as EventTrigger

from .roles import APPLICATION, REPORTS

# Written by Django when it migrates, and read by everybody.
OF_THE_SCHEMA = ("django_migrations", "django_content_type", "auth_permission")
# Whose context a change had: written by the triggers of history.
CONTEXT = "pghistory_context"
# What opens a door: not even read by a role that only counts.
SECRET = (
    "django_session",
    "mfa_authenticator",
    "account_emailconfirmation",
    "sankecare_outboxentry",
    "accounts_shiftpin",
    "enrollment_confidentialaddress",
    "enrollment_familyhelper",
)
# Only the owner of the database, or who may act as the owner, passes over a trigger. Everybody may set the setting.
IGNORES = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
    SELECT coalesce(current_setting('pgtrigger.ignore', true), '') <> ''
       AND trigger_name = ANY (current_setting('pgtrigger.ignore')::text[])
       AND pg_has_role(
           session_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER'
       )
$$ LANGUAGE sql STABLE
"""
# Their rows are locked by operations, which PostgreSQL grants to who may update a column: the number of the row, which
# their own trigger refuses to change.
LOCKED = ("accounts_accesslogentry", "accounts_accessloglink", "billing_charge", "bookings_drawlink")
# Unqualified names are those of the schema, whatever temporary table lies over them.
AS_ITS_OWNER = "ALTER FUNCTION public.{function}() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"


def kept_from(model: type[models.Model]) -> set[str]:
    """Return which of ``UPDATE`` and ``DELETE`` nobody ever does with rows of this model."""
    if issubclass(model, EventModel):
        return {"INSERT", "UPDATE", "DELETE"}
    return {
        str(operation)
        for trigger in _triggers(model)
        if isinstance(trigger, pgtrigger.Protect) and not isinstance(trigger, pgtrigger.ReadOnly)
        if trigger.condition is None
        for operation in ("UPDATE", "DELETE")
        if operation in str(trigger.operation)
    }


def grants(tables: Iterable[type[models.Model]]) -> list[str]:
    """Return the statements, in order, that give both roles their rights over every table, and no right more."""
    statements = [
        f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {APPLICATION}, {REPORTS}",
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION}, {REPORTS}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {APPLICATION}, {REPORTS}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {APPLICATION}, {REPORTS}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {REPORTS}",
        f"REVOKE ALL ON {', '.join(SECRET)} FROM {REPORTS}",
        f"REVOKE INSERT, UPDATE, DELETE ON {', '.join((*OF_THE_SCHEMA, CONTEXT))} FROM {APPLICATION}",
    ]
    kept = {model._meta.db_table: sorted(kept_from(model)) for model in tables}
    return [
        *statements,
        *(f"REVOKE {', '.join(rights)} ON {table} FROM {APPLICATION}" for table, rights in kept.items() if rights),
        *(f"GRANT UPDATE (id) ON {table} TO {APPLICATION}" for table in LOCKED),
    ]


def functions_of_history(tables: Iterable[type[models.Model]]) -> list[str]:
    """Return the functions of the triggers that write history."""
    return [
        trigger.get_pgid(model)  # type: ignore[arg-type]  # of the class, as its own callers
        for model in tables
        for trigger in _triggers(model)
        if isinstance(trigger, EventTrigger)
    ]


def give_rights(using: str) -> bool:
    """Grant it all, in one transaction; False where the roles are not there or this role is not the owner.

    A machine of a developer may have one role for everything: ``roles_are_apart`` tells it, and ``check --deploy``.
    """
    models_ = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    with connections[using].cursor() as cursor, transaction.atomic(using=using):
        cursor.execute(IGNORES)
        for function in functions_of_history(models_):
            cursor.execute(AS_ITS_OWNER.format(function=function))
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [[APPLICATION, REPORTS]])
        cursor.execute("SELECT current_user <> %s AND (%s = 2)", [APPLICATION, cursor.fetchone()[0]])
        if not cursor.fetchone()[0]:
            return False
        for statement in grants(models_):
            cursor.execute(statement)
    return True


def too_much(using: str) -> list[str]:
    """Return in words what the role of this connection may do and no role of an application should; none is good."""
    with connections[using].cursor() as cursor:
        cursor.execute(TOO_MUCH)
        return [words for (words,) in cursor.fetchall()]


TOO_MUCH = """
SELECT 'is a superuser' FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL
SELECT 'owns the database' FROM pg_database
 WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'MEMBER')
UNION ALL
SELECT 'owns ' || count(*) || ' tables' FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
   AND pg_has_role(current_user, relowner, 'MEMBER')
HAVING count(*) > 0
UNION ALL
SELECT 'may truncate ' || relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND has_table_privilege(oid, 'TRUNCATE')
   AND NOT pg_has_role(current_user, relowner, 'MEMBER')
UNION ALL
SELECT 'may write history in ' || relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
   AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'pgh_obj_id')
   AND has_table_privilege(oid, 'INSERT, UPDATE, DELETE')
   AND NOT pg_has_role(current_user, relowner, 'MEMBER')
"""


def _triggers(model: type[models.Model]) -> list[Any]:
    return list(getattr(model._meta, "triggers", ()))
