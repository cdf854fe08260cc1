"""Look every letter through: python manage.py verify_letters."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enrollment.letters.letter_files import verify_letters


class Command(BaseCommand):
    help = "Compare every letter's kept PDF with what was issued; keep the PDF of those that have none yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = verify_letters()
        self.stdout.write(f"{found.letters} letters; {len(found.kept_now)} kept now that had no file yet")
        if found.set_otherwise:
            self.stdout.write(f"whole, but set otherwise today: {_numbers(found.set_otherwise)}")
        wrong = {"the file is not what was issued": found.broken, "set anew it is not either": found.lost}
        if any(wrong.values()):
            raise CommandError("; ".join(f"{what}: {_numbers(ids)}" for what, ids in wrong.items() if ids))


def _numbers(letters: list[int]) -> str:
    return ", ".join(map(str, letters))
