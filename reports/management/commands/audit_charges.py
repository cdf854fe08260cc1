"""Recompute every charge of a fiscal year: python manage.py audit_charges --fiscal-year 2022."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.differences import charges_of_year, compared


class Command(BaseCommand):
    help = (
        "Recompute every charge from its snapshot and from the rules then in force; list every yen of difference. "
        "Fails where there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fiscal-year", type=int, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = compared(charges_of_year(options["fiscal_year"]))
        differing = [row for row in rows if not row.explained]
        for row in differing:
            fresh = "not priceable: " + row.why if row.fresh is None else f"{row.fresh:,}"
            self.stdout.write(
                f"{row.charge.number}: issued {row.issued:,}, snapshot {row.snapshot_total:,},"
                f" owed {row.owed:,}, fresh {fresh}"
            )
        total = sum(row.owed for row in rows)
        self.stdout.write(
            f"{options['fiscal_year']}: {len(rows):,} charges, {total:,} yen owed, {len(differing)} differ"
        )
        if differing:
            raise CommandError(f"{len(differing)} charges differ")
