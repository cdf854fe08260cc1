"""``manage.py demo_signins``: who may sign in to the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from demo.history.demo_people import DEMO_PASSWORD, WHERE_THEY_STAND


class Command(BaseCommand):
    help = "Print the demo's sign-ins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("There are sign-ins to print in the demo only (DEMO=1).")
        people = User.objects.filter(is_active=True, username__startswith="demo-").select_related(
            "facility", "district"
        )
        width = max((len(person.username) for person in people), default=0)
        self.stdout.write(f"Password of all: {DEMO_PASSWORD}")
        for person in people.order_by("pk"):
            place = person.facility or person.district or ""
            stands = WHERE_THEY_STAND.get(person.username)
            words = (person.get_role_display(), str(place), str(person), f"（{stands}）" if stands else "")
            self.stdout.write(f"  {person.username:<{width}}  {' '.join(filter(None, words))}")
