"""``manage.py create_ward_staff``: the first person of a new installation; she adds all others in the admin."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role

PASSWORD_VARIABLE = "WARD_STAFF_PASSWORD"  # noqa: S105 (a variable's name)


class Command(BaseCommand):
    help = f"Create a member of the ward's staff. The password is asked for, or taken from {PASSWORD_VARIABLE}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = User(username=options["username"], role=Role.WARD_STAFF)
        password = os.environ.get(PASSWORD_VARIABLE) or getpass("Password: ")
        try:
            validate_password(password, person)
            person.set_password(password)
            person.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        person.save()
        self.stdout.write(f"{person.username}: {person.get_role_display()}")
        self.stdout.write(
            f"First sign-in: {urljoin(settings.PUBLIC_BASE_URL, reverse('accounts:login'))} (the part for staff). "
            "Before anything else opens, an authenticator app or a passkey is set up there; have the phone at hand."
        )
