"""Recompute every charge of a fiscal year: python manage.py audit_charges --fiscal-year 2022."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from billing.charge_consistency import coupons_that_differ, rides_not_explained, rides_of_year
from billing.differences import Difference, charges_of_year, compared_in_parts


class Command(BaseCommand):
    help = (
        "Recompute every charge from its snapshot and from the rules then in force; list every yen of difference, "
        "coupons handed over that are not those taken off, and rides that no policy bears. "
        "Fails where there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fiscal-year", type=int, required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        count = total = differing = 0
        for row in compared_in_parts(charges_of_year(options["fiscal_year"])):
            count, total = count + 1, total + row.owed
            if not row.explained:
                differing += 1
                self._tell(row)
        self.stdout.write(f"{options['fiscal_year']}: {count:,} charges, {total:,} yen owed, {differing} differ")
        coupons, rides = self._coupons(options["fiscal_year"]), self._rides(options["fiscal_year"])
        if differing or coupons or rides:
            raise CommandError(f"{differing} charges, {coupons} with coupons and {rides} rides differ")

    def _tell(self, row: Difference) -> None:
        fresh = "not priceable: " + row.why if row.fresh is None else f"{row.fresh:,}"
        self.stdout.write(
            f"{row.charge.number}: issued {row.issued:,}, snapshot {row.snapshot_total:,},"
            f" owed {row.owed:,}, fresh {fresh}"
        )

    def _coupons(self, year: int) -> int:
        found = list(coupons_that_differ(charges_of_year(year)))
        for charge in found:
            self.stdout.write(f"{charge.number}: coupons handed over and coupons taken off are not the same")
        return len(found)

    def _rides(self, year: int) -> int:
        rides = rides_of_year(year)
        found = list(rides_not_explained(rides))
        for ride in found:
            self.stdout.write(
                f"{ride.number}: {ride.borne:,} yen borne of {ride.fare:,}, not by the policy of its day"
            )
        count, borne = rides.aggregate(count=Count("pk"), borne=Coalesce(Sum("borne"), 0)).values()
        self.stdout.write(f"{year}: {count:,} rides, {borne:,} yen borne by the ward, {len(found)} differ")
        return len(found)
