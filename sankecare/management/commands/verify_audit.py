"""Look the sealed history through: python manage.py verify_audit [--known DIGEST] [--key PUBLIC] [--keep]."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from sankecare.history_seals.verifying import keep_check, verify_history


class Command(BaseCommand):
    help = "Verify that no row of the history was changed, taken out or put in since it was sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--known", action="append", default=[], help="a digest kept elsewhere (mail, file)")
        parser.add_argument("--key", action="append", default=[], help="a public key (otherwise HISTORY_PUBLIC_KEYS)")
        parser.add_argument("--keep", action="store_true", help="keep what was found for the auditor's page")

    def handle(self, *_args: Any, **options: Any) -> None:
        at = timezone.now()
        found = verify_history(at=at, known=options["known"], keys=options["key"] or None)
        if options["keep"]:
            with transaction.atomic(durable=True):
                keep_check(found, at=at)
        self.stdout.write(
            f"{found.rows} rows in {found.days} sealed days, {found.seconds:.1f} s; newest digest {found.head or '–'}"
        )
        if found.problems:
            raise CommandError("\n".join(found.problems))
