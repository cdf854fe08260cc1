"""``manage.py database_roles``: the three roles of the database, on any PostgreSQL, made by its administrator."""

import os
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sankecare.postgresql.roles import APPLICATION, OWNER, REPORTS, hand_over, make_database, make_roles

PASSWORDS = {
    OWNER: "DATABASE_OWNER_PASSWORD",
    APPLICATION: "DATABASE_PASSWORD",
    REPORTS: "DATABASE_REPORTS_PASSWORD",
}
ADMINISTRATOR = "DATABASE_ADMIN_URL"


class Command(BaseCommand):
    help = (
        f"Make the roles {OWNER}, {APPLICATION} and {REPORTS} and their database. Needs {ADMINISTRATOR} (who may make "
        f"roles) and {', '.join(PASSWORDS.values())}; the database is the one of DATABASE_URL."
    )
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        missing = [name for name in (ADMINISTRATOR, *PASSWORDS.values()) if not os.environ.get(name)]
        if missing:
            raise CommandError(f"{', '.join(missing)} must be set (docs/operations.md).")
        database = settings.DATABASES["default"]["NAME"]
        try:
            with psycopg.connect(os.environ[ADMINISTRATOR], autocommit=True) as administrator:
                make_roles(administrator, {role: os.environ[name] for role, name in PASSWORDS.items()})
                make_database(administrator, database)
            with psycopg.connect(os.environ[ADMINISTRATOR], dbname=database, autocommit=True) as administrator:
                hand_over(administrator)
        except psycopg.Error as error:
            raise CommandError(f"The server refused: {error}") from None
        self.stdout.write(f"The roles stand, and the database {database} is the owner's.")
        self.stdout.write("Next, with the owner in DATABASE_URL: manage.py migrate. It grants what each role may do.")
