"""``manage.py take_back_second_factor``: for an administrator of accounts, where no second one can help her."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.account_changes import take_back_from_the_command_line
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Forget a person's authenticator app, passkeys and recovery codes, and end her sessions. It is kept and told."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"There is no {options['username']}.")
        with transaction.atomic(durable=True):
            take_back_from_the_command_line(person=person, at=timezone.now())
        self.stdout.write(f"{person.username}: no second factor; the next sign-in sets one up.")
