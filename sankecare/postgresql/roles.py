"""The three roles of a database: who owns its tables, who runs the application, who only reads.

Made with the rights of an administrator of the server, once for each server and database; nothing here knows Django,
for the demo and the tests make their roles before it is read. What a role may do with which table says ``rights``.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from psycopg import Connection, sql

OWNER = "sankecare_owner"  # migrates and loads the ward's reviewed files
APPLICATION = "sankecare"  # web, workers, beat
REPORTS = "sankecare_reports"  # reads, never writes
ROLES = (OWNER, APPLICATION, REPORTS)


def new_passwords() -> dict[str, str]:
    """Return a password for each role, made up at random."""
    return {role: secrets.token_urlsafe(24) for role in ROLES}


def make_roles(
    administrator: Connection[Any], passwords: Mapping[str, str], *, owner_may_create_databases: bool = False
) -> None:
    """Make each role that is not there and give it its password; none may do more than sign in.

    ``passwords``: by role, one for each of ``ROLES``. Run again, the passwords are set anew.
    """
    for role in ROLES:
        name, password = sql.Identifier(role), sql.Literal(passwords[role])
        there = administrator.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if not there:
            administrator.execute(sql.SQL("CREATE ROLE {}").format(name))
        databases = "CREATEDB" if role == OWNER and owner_may_create_databases else "NOCREATEDB"
        rights = sql.SQL(f"LOGIN NOSUPERUSER {databases} NOCREATEROLE NOREPLICATION NOBYPASSRLS")
        administrator.execute(sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(name, rights, password))
    administrator.execute(sql.SQL("REVOKE {} FROM {}, {}").format(*map(sql.Identifier, ROLES)))


def make_database(administrator: Connection[Any], database: str) -> None:
    """Make the owner's database, or give the owner one that an earlier version left to another role.

    Nobody but the three roles may enter it afterwards. ``administrator`` signed in to another database.
    """
    name = sql.Identifier(database)
    owner, application, reports = map(sql.Identifier, ROLES)
    if not administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        administrator.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
    else:
        administrator.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
    administrator.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    administrator.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}, {}").format(name, application, reports)
    )


def hand_over(administrator: Connection[Any]) -> None:
    """Give the owner what the application's role owns in this database, as a version before the roles made it."""
    owner, application = sql.Identifier(OWNER), sql.Identifier(APPLICATION)
    administrator.execute(sql.SQL("REASSIGN OWNED BY {} TO {}").format(application, owner))
    administrator.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
