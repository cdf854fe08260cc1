"""``manage.py create_ward_staff``: the first two administrators of accounts; they invite everybody else, together."""

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.account_changes import found_administrator
from accounts.models import User
from accounts.roles import Role
from sankecare.email_addresses import reachable_address
from sankecare.errors import Refused

WANTED = 2


class Command(BaseCommand):
    help = (
        "Make the first two administrators of accounts, who invite all others: NAME=E-MAIL twice. Each is mailed a "
        "link with which she alone sets her password. Later only as many as are missing to two."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("people", nargs="+", metavar="NAME=E-MAIL")

    def handle(self, *_args: Any, **options: Any) -> None:
        asked = [self._read(person) for person in options["people"]]
        made = self._make(asked)
        self.stdout.write(f"Invited by mail: {', '.join(person.username for person in made)}.")
        self.stdout.write(
            "Each opens the link of her mail and sets her password; then she signs in at "
            f"{urljoin(settings.PUBLIC_BASE_URL, reverse('accounts:login'))} (the part for staff) and sets up an "
            "authenticator app or a passkey, before anything else opens; have the phone at hand. "
            "What one of them proposes, the other confirms."
        )

    @transaction.atomic(durable=True)
    def _make(self, asked: list[tuple[str, str]]) -> list[User]:
        standing = User.objects.filter(role=Role.ACCOUNT_ADMIN, is_active=True).count()
        if standing + len(asked) != WANTED:
            missing = max(0, WANTED - standing)
            raise CommandError(
                f"{standing} administrators of accounts can sign in: name {missing} more, not {len(asked)}."
            )
        now = timezone.now()
        try:
            return [found_administrator(username=name, email=email, at=now) for name, email in asked]
        except Refused as refused:
            raise CommandError(refused.detail) from refused
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong

    def _read(self, person: str) -> tuple[str, str]:
        name, _equals, email = person.partition("=")
        try:
            reachable_address(email)
        except ValidationError as wrong:
            raise CommandError(f"{person}: write NAME=E-MAIL, such as ishida=ishida@city.example.jp.") from wrong
        return name, email
