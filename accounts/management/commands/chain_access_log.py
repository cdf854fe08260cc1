"""Seal the access log now: python manage.py chain_access_log. Celery does it every hour."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from accounts.access_log_chain import chain_access_log


class Command(BaseCommand):
    help = "Seal what stands in the access log; print the digest, to be kept elsewhere."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with transaction.atomic(durable=True):
            link = chain_access_log(at=timezone.now())
        self.stdout.write(f"{link.last_look} {link.digest}" if link else "nothing to seal")
