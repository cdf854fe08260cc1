"""After a change of SEALING_KEYS: python manage.py reseal. ``--check`` only says which key what is sealed needs."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sankecare.sealing.rotation import SealedColumn, keys_of, passes_over_triggers, seal_column_anew, sealed_columns


class Command(BaseCommand):
    help = (
        "Seal with the newest of SEALING_KEYS what an older one sealed, and say which keys are still needed. As the"
        " owner of the tables. Broken off, call it again. Fails where something opens with no key that is here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count; write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["check"] and not passes_over_triggers():
            raise CommandError("The role of the application may not: give DATABASE_OWNER_URL (docs/operations.md).")
        needed: Counter[int] = Counter()
        closed = []
        for column in sealed_columns():
            if not options["check"]:
                self._reseal(column)
            found = keys_of(column)
            self.stdout.write(f"{column.name}: {_counts(found)}{' (stays as sealed)' if column.stays else ''}")
            needed.update({number: count for number, count in found.items() if number is not None})
            if found[None]:
                closed.append(column.name)
        self.stdout.write(f"Needed: {', '.join(f'key {each}' for each in sorted(needed)) or 'no key'}.")
        if closed:
            raise CommandError(f"No key that is here opens everything in {', '.join(closed)}: find the older keys.")

    def _reseal(self, column: SealedColumn) -> None:
        done = 0
        for changed in seal_column_anew(column):
            done += changed
            if changed:
                self.stdout.write(f"{column.name}: {done} sealed anew")


def _counts(found: Counter[int | None]) -> str:
    told = [f"key {number}: {found[number]}" for number in sorted(each for each in found if each is not None)]
    return ", ".join([*told, *([f"no key: {found[None]}"] if found[None] else [])]) or "nothing"
