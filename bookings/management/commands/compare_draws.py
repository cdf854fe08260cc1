"""The ways of drawing beside each other: python manage.py compare_draws [FILE …] [--families N --places N]."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bookings.draws.published_draw import published
from bookings.draws.trials.comparison import MADE, Effort, compared, made_demands
from bookings.draws.trials.made_demand import Demand, recorded_demand
from bookings.models import DrawRound


class Command(BaseCommand):
    help = (
        "Draw the same demand in each of the named ways and print what families get. Recorded demand: published files "
        "of rounds, or the numbers of rounds that were drawn. Without any, demand made up from a seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        effort = Effort()
        parser.add_argument("rounds", nargs="*", help="numbers of drawn rounds, or files as they are published (JSON)")
        parser.add_argument("--families", type=int, help="of a round made up; with --places")
        parser.add_argument("--places", type=int, help="on each of its 14 days")
        parser.add_argument("--demands", type=int, default=effort.demands, help="how many rounds are made up")
        parser.add_argument("--seeds", type=int, default=effort.seeds, help="how often each is drawn")
        parser.add_argument(
            "--tried", type=int, default=effort.families, help="by how many families strategies are tried"
        )
        parser.add_argument("--repeat", type=int, default=effort.repeat, help="how often each of these is repeated")
        parser.add_argument("--seed", type=int, default=1, help="from which demand is made up")

    def handle(self, *_args: Any, **options: Any) -> None:
        names = ("demands", "seeds", "tried", "repeat")
        if any(options[name] < 1 for name in names):
            raise CommandError("--demands, --seeds, --tried and --repeat are at least 1.")
        effort = Effort(options["demands"], options["seeds"], options["tried"], options["repeat"])
        for title, demands in self._demands(options, effort):
            self.stdout.write(f"\n### {title}\n\n{compared(demands, effort)}")

    def _demands(self, options: dict[str, Any], effort: Effort) -> Iterable[tuple[str, list[Demand]]]:
        if options["rounds"]:
            found = [_recorded(given) for given in options["rounds"]]
            yield f"{len(found)} recorded", found
            return
        if (options["families"] is None) != (options["places"] is None):
            raise CommandError("--families and --places go together.")
        made = MADE if options["families"] is None else {"made up": (options["families"], options["places"])}
        for words, (families, places) in made.items():
            if families < 1 or places < 0:
                raise CommandError("--families is at least 1, --places at least 0.")
            title = f"{words}: {families} families, {places} places a day"
            yield title, made_demands(families, places, effort, seed=options["seed"])


def _recorded(given: str) -> Demand:
    try:
        return recorded_demand(_shown(given))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CommandError(f"{given} is no published draw: {error!r}") from error


def _shown(given: str) -> Any:
    if given.isascii() and given.isdigit():
        found = DrawRound.objects.filter(pk=int(given), drawn_at__isnull=False).first()
        if found is None:
            raise CommandError(f"There is no round {given} that was drawn.")
        return published(found)
    try:
        return json.loads(Path(given).read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"Cannot read {given}: {error}") from error
