"""Seal the history now and look it through: python manage.py seal_history. Celery's sealer does it every night."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sankecare.history_seals.bounds import StillWriting
from sankecare.history_seals.nightly import check_history
from sankecare.history_seals.sealing import seal_what_is_over


class Command(BaseCommand):
    help = (
        "Seal every day of the history that is over and print the heads, to be kept elsewhere; then look all seals"
        " through for the auditor's page. Needs HISTORY_KEY; fails where something is not as it was sealed."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = timezone.now()
        try:
            sealed = seal_what_is_over(at=at)
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        except StillWriting:
            raise CommandError("A transaction that writes did not end in time: nothing was sealed.") from None
        for day in sealed:
            self.stdout.write(f"{day.day.isoformat()} {day.digest} {day.signature} ({day.rows} rows)")
        if not sealed:
            self.stdout.write("Nothing to seal.")
            return
        kept = check_history(at=at)
        self.stdout.write(f"{kept.rows} rows in {kept.days} sealed days looked through in {kept.seconds:.1f} s.")
        if kept.problems:
            raise CommandError("\n".join(kept.problems))
