"""What each period must count to: the ward's published figures, and for the years since, made-up ones.

The only reader of published figures beside the comparison column; no report reads this.
"""

import csv
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from django.conf import settings

from facilities.fiscal_year import fiscal_year
from reports.models import PublishedDistrictYear, PublishedFacilityYear

from .plan import CENTRE, MAMAS, SHISEIKAI, Targets, spread

# Nobody published how many used both facilities before 2021: made up.
BOTH_MADE_UP = {2018: 40, 2019: 30, 2020: 22}
# Shares of the slots for the years since: made up, near the last published ones.
SHORT_STAY_SHARE, DAY_CARE_SHARE, MAMAS_SHARE, SHISEIKAI_SHARE = 0.69, 0.13, 0.64, 0.68
DAYS_A_FAMILY = {CENTRE: 4.8, MAMAS: 2.8, SHISEIKAI: 4.1}
BOTH_SHARE = 0.45
UPS_AND_DOWNS = 0.05
SHARES_OF_2022 = {"setagaya": 353, "kitazawa": 140, "tamagawa": 256, "kinuta": 145, "karasuyama": 95}


def published_targets(ward: str) -> dict[int, Targets]:
    """Return the targets of every fiscal year with published usage."""
    usage = {(row.facility.slug, row.fiscal_year): row for row in _published_usage()}
    both = BOTH_MADE_UP | published_numbers(ward, "families_at_both_facilities")
    districts: dict[int, dict[str, int]] = {}
    for row in PublishedDistrictYear.objects.select_related("district"):
        districts.setdefault(row.fiscal_year, {})[row.district.slug] = row.families
    targets = {}
    for (slug, year), centre in usage.items():
        if slug != CENTRE:
            continue
        mamas = usage[(MAMAS, year)]
        families = centre.families + mamas.families - both[year]
        targets[year] = Targets(
            short_stay_days=centre.short_stay_days or 0,
            day_care_days=centre.day_care_days or 0,
            families=centre.families,
            mamas_days=mamas.day_care_days or 0,
            mamas_families=mamas.families,
            both=both[year],
            districts=districts.get(year) or spread(families, SHARES_OF_2022),
        )
    return targets


def made_up_targets(first: date, last: date, slots_on: Mapping[str, Callable[[date], int]]) -> Targets:
    """Return targets for days that nobody has published: shares of the slots, a little more or less each year."""
    random = Random(f"targets-{fiscal_year(first)}")

    def about(number: float) -> float:
        return number * random.uniform(1 - UPS_AND_DOWNS, 1 + UPS_AND_DOWNS)

    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    slots = {slug: sum(of_day(day) for day in days) for slug, of_day in slots_on.items()}
    centre, mamas, shiseikai = (slots.get(slug, 0) for slug in (CENTRE, MAMAS, SHISEIKAI))
    short, single = (round(centre * about(part)) for part in (SHORT_STAY_SHARE, DAY_CARE_SHARE))
    at_mamas, at_shiseikai = round(mamas * about(MAMAS_SHARE)), round(shiseikai * about(SHISEIKAI_SHARE))
    families = round((short + single) / about(DAYS_A_FAMILY[CENTRE]))
    mamas_families = round(at_mamas / about(DAYS_A_FAMILY[MAMAS]))
    shiseikai_families = round(at_shiseikai / about(DAYS_A_FAMILY[SHISEIKAI]))
    both = round(mamas_families * about(BOTH_SHARE))
    shares = {slug: round(about(10 * share)) for slug, share in SHARES_OF_2022.items()}
    return Targets(
        short_stay_days=short,
        day_care_days=single,
        families=families,
        mamas_days=at_mamas,
        mamas_families=mamas_families,
        both=both,
        districts=spread(families + mamas_families - both + shiseikai_families, shares),
        shiseikai_days=at_shiseikai,
        shiseikai_families=shiseikai_families,
    )


def published_numbers(ward: str, figure: str) -> dict[int, int]:
    """Return a published figure by fiscal year from the ward's file of single figures."""
    file = Path(settings.WARDS_DIR) / ward / "published_other.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return {
            int(row["fiscal_year"]): int(Decimal(row["value"]))
            for row in csv.DictReader(rows)
            if row["figure"] == figure
        }


def _published_usage() -> list[PublishedFacilityYear]:
    return list(PublishedFacilityYear.objects.select_related("facility"))
