"""Look for what can never be: python manage.py check_invariants."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.invariants import BY_PROGRAM, IMPOSSIBLE, broken_invariants


class Command(BaseCommand):
    help = "Ask the records for everything that can never be true of them; fails where something is."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = {broken.what: broken for broken in broken_invariants(timezone.now())}
        for what in (*IMPOSSIBLE, *BY_PROGRAM):
            broken = found.get(what)
            self.stdout.write(f"{what}: {broken.count} ({', '.join(broken.rows)})" if broken else f"{what}: none")
        if found:
            raise CommandError(f"{len(found)} kinds of what can never be")
