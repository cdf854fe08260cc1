"""Compute a draw anew from what was published: python manage.py verify_draw ROUND | FILE."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bookings.draws.published_draw import problems_of, published
from bookings.draws.sealed_stages import sealed_stages
from bookings.models import DrawRound

# What a file raises that is none: other things than values where they must be, or one in another without end.
NO_DRAW = (AttributeError, KeyError, RecursionError, TypeError, ValueError)

LONGEST_NUMBER = 19


class Command(BaseCommand):
    help = "Compute a draw anew from the published file, or from the round's own record, and say whether all agrees."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", help="the round's number, or a file as it is published (JSON)")
        parser.add_argument("--known", default="", help="the digest of the list, from a mail")
        parser.add_argument("--key", action="append", default=[], help="a public key that must have signed it")

    def handle(self, *_args: Any, **options: Any) -> None:
        shown, stored = self._shown(options["round"])
        try:
            problems = problems_of(shown, options["key"] or None)
        except NO_DRAW as error:
            raise CommandError(f"This is no published draw: {error!r}") from error
        sealed, changed = sealed_stages(stored) if stored is not None else ([], [])
        problems += changed
        if problems:
            raise CommandError("\n".join(problems))
        if (known := options["known"]) and known != shown.get("list_digest"):
            raise CommandError("The list is not the one whose digest you keep.")
        entries, rows = shown.get("list", {}).get("entries", []), shown.get("result", [])
        winners = sum(bool(row.get("days")) for row in rows)
        so_far = "All agrees." if rows else "All agrees so far: it has not taken place yet."
        self.stdout.write(f"Round {shown['round']}: {len(entries)} entries, {winners} given a place. {so_far}")
        for words in sealed:
            self.stdout.write(words)
        self.stdout.write(f"Digest of the list: {shown.get('list_digest', '–')}")

    def _shown(self, given: str) -> tuple[dict[str, Any], DrawRound | None]:
        if given.isascii() and given.isdigit() and len(given) < LONGEST_NUMBER:
            found = DrawRound.objects.select_related("pool__facility").filter(pk=int(given)).first()
            if found is None:
                raise CommandError("There is no such round.")
            return published(found), found
        try:
            shown = json.loads(Path(given).read_text())
        except (OSError, *NO_DRAW) as error:
            raise CommandError(f"Cannot read {given}: {error}") from error
        if not isinstance(shown, dict):
            raise CommandError(f"{given} is no published draw.")
        return shown, None
