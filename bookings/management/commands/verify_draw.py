"""Compute a draw anew from what was published: python manage.py verify_draw ROUND | FILE."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bookings.draws.published_draw import problems_of, published
from bookings.models import DrawRound


class Command(BaseCommand):
    help = "Compute a draw anew from the published file, or from the round's own record, and say whether all agrees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", help="the round's number, or a file as it is published (JSON)")

    def handle(self, *_args: Any, **options: Any) -> None:
        shown = self._shown(options["round"])
        if "result" not in shown:
            raise CommandError("This draw has not taken place yet.")
        try:
            problems = problems_of(shown)
        except (KeyError, TypeError, ValueError) as error:
            raise CommandError(f"This is no published draw: {error!r}") from error
        if problems:
            raise CommandError("\n".join(problems))
        winners = sum(bool(award["days"]) for award in shown["result"])
        self.stdout.write(
            f"Round {shown['round']}: {len(shown['entries'])} entries, {winners} given a place. All agrees."
        )

    def _shown(self, given: str) -> dict[str, Any]:
        if given.isascii() and given.isdigit():
            found = DrawRound.objects.select_related("service").filter(pk=int(given)).first()
            if found is None:
                raise CommandError("There is no such round.")
            return published(found)
        try:
            shown = json.loads(Path(given).read_text())
        except (OSError, ValueError) as error:
            raise CommandError(f"Cannot read {given}: {error}") from error
        if not isinstance(shown, dict):
            raise CommandError(f"{given} is no published draw.")
        return shown
