"""Look the access log's chain through: python manage.py verify_access_log [--known DIGEST]."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access_log_chain import verify_access_log
from accounts.models import AccessLogLink


class Command(BaseCommand):
    help = "Verify that no row of the access log was changed, taken out or put in since it was sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--known", default="", help="a digest kept elsewhere, which must be in the chain")

    def handle(self, *_args: Any, known: str, **_options: Any) -> None:
        found = verify_access_log(known=known)
        newest = AccessLogLink.objects.order_by("last_look").last()
        self.stdout.write(
            f"{found.looks} looks in {found.links} links; newest digest {newest.digest if newest else '–'}"
        )
        if found.problems:
            raise CommandError("\n".join(found.problems))
