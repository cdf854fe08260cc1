"""``manage.py take_back_second_factor``: for the last member of staff, whom nobody else can help in the admin."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.second_factor import forget_second_factor


class Command(BaseCommand):
    help = "Forget a person's authenticator app, passkeys and recovery codes, and end her sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"There is no {options['username']}.")
        with transaction.atomic(durable=True):
            forget_second_factor(person=person)
        self.stdout.write(f"{person.username}: no second factor; the next sign-in sets one up.")
