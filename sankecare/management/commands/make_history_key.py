"""Make a key that seals the history: python manage.py make_history_key. Printed, and kept nowhere."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand

from sankecare.history_seals.curve import public_key


class Command(BaseCommand):
    help = "Print a new HISTORY_KEY (for the process that seals, alone) and its public key (for everybody)."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        key = secrets.token_urlsafe(48)
        self.stdout.write(f"HISTORY_KEY={key}")
        self.stdout.write(f"HISTORY_PUBLIC_KEYS={public_key(key)}")
