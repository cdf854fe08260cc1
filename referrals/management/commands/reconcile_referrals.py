"""Compare what was raised with where it stands: python manage.py reconcile_referrals."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from referrals.nightly import reconcile
from referrals.reconcile import CHECKS, not_gone_out


class Command(BaseCommand):
    help = "Compare referrals raised with where they stand and what was announced; fails where that does not add up."

    def handle(self, *_args: Any, **_options: Any) -> None:
        now = timezone.now()
        found = reconcile(at=now)
        self.stdout.write(
            f"raised {found.raised} = waiting {found.waiting} + received {found.received} + closed {found.closed}"
            f" + withdrawn {found.withdrawn}"
        )
        for row in not_gone_out():
            minutes = int((now - row.since).total_seconds()) // 60
            self.stdout.write(
                f"not gone out: entry {row.entry} {row.kind} for {minutes} min, swept {row.attempts} times,"
                f" broker away {row.unreached} times {row.error}"
            )
        differences = {difference.what: difference for difference in found.differences}
        for what in CHECKS:
            difference = differences.get(what)
            words = f"{difference.count} ({', '.join(map(str, difference.ids))})" if difference else "none"
            self.stdout.write(f"{what}: {words}")
        if differences:
            raise CommandError(f"{len(differences)} kinds of what does not add up")
