"""``manage.py sweep_outbox``: what beat does every 15 seconds, by hand or from cron."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sankecare import outbox


class Command(BaseCommand):
    help = _("Announce again what stays undone in the outbox.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--here",
            action="store_true",
            help=_("deliver in this process, without broker and worker"),
        )

    def handle(self, *args: Any, here: bool = False, **options: Any) -> None:
        now = timezone.now()
        if here:
            done = outbox.take_all(at=now)
            self.stdout.write(_("%(done)s delivered.") % {"done": done})
        else:
            swept = outbox.sweep(at=now)
            self.stdout.write(
                _("%(published)s announced, %(left)s left because the broker is away.")
                % {"published": swept.published + swept.taken, "left": swept.left}
            )
        oldest = outbox.standing(now).oldest_seconds
        if oldest is not None:
            self.stdout.write(_("The oldest undone entry has been waiting for %(seconds)s s.") % {"seconds": oldest})
