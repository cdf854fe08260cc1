"""``manage.py load_ward setagaya``: a ward's data from its files, checked first, all or nothing."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from wards.checks import check_ward
from wards.columns import SLUG, Problem
from wards.read import Ward, files_with, read_ward
from wards.write import Outcome, Refusal, Summary, write_ward


class Command(BaseCommand):
    help = "Load a ward's data (facilities, calendars, tariffs, towns, published tables) from wards/<ward>/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ward", help="the folder's name in wards/, such as setagaya")
        parser.add_argument("--check", action="store_true", help="only say what is wrong; write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        rows = self._checked(self._folder(options["ward"]))
        if options["check"]:
            count = sum(map(len, rows.values()))
            self.stdout.write(
                _("%(files)s files, %(rows)s rows: nothing is wrong.") % {"files": len(rows), "rows": count}
            )
            return
        try:
            summary = write_ward(options["ward"], rows)
        except Refusal as refusal:
            raise _not_loaded(refusal.problems) from refusal
        self._tell(summary, time.monotonic() - began)

    def _folder(self, ward: str) -> Path:
        wards = Path(settings.WARDS_DIR)
        known = sorted(path.name for path in wards.glob("*") if path.is_dir())
        if not SLUG.fullmatch(ward) or ward not in known:
            raise CommandError(
                _("There is no ward “%(ward)s”. There are: %(known)s.")
                % {"ward": ward, "known": ", ".join(known) or "–"}
            )
        return wards / ward

    def _checked(self, folder: Path) -> Ward:
        rows, problems = read_ward(folder)
        problems += check_ward(rows, files_with(problems))
        if problems:
            raise _not_loaded(problems)
        return rows

    def _tell(self, summary: Summary, seconds: float) -> None:
        width = max(map(len, summary.counts))
        labels = {
            Outcome.CREATED: _("created"),
            Outcome.CHANGED: _("changed"),
            Outcome.UNCHANGED: _("unchanged"),
            Outcome.KEPT: _("kept as staff changed it"),
            Outcome.DELETED: _("left out as staff deleted it"),
        }
        for file, counts in summary.counts.items():
            told = ", ".join(f"{counts[outcome]} {label}" for outcome, label in labels.items() if counts[outcome])
            self.stdout.write(f"  {file:<{width}}  {told or '–'}")
        for remark in sorted(summary.remarks):
            self.stdout.write(f"  {remark}")
        done = _("Loaded in %(seconds)s s.") if summary.wrote else _("Nothing to change (%(seconds)s s).")
        self.stdout.write(done % {"seconds": f"{seconds:.1f}"})


def _not_loaded(problems: "list[Problem] | tuple[Problem, ...]") -> CommandError:
    lines = "\n".join(f"  {problem}" for problem in sorted(set(problems)))
    return CommandError(
        _("Nothing was loaded; %(count)s things are wrong:") % {"count": len(set(problems))} + f"\n{lines}"
    )
