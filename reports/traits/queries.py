"""What families who came are like, counted from the records: lengths, repeats, ages, company, tax classes, ways.

Each is one query, or a fixed number, whatever the number of years. Unmasked: reports.traits.tables masks.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from bookings.places.queries import STAYS
from enrollment.age import last_day_under
from enrollment.corrected_age import InfantFacts, counted_from, is_corrected
from enrollment.models import Infant
from facilities.fiscal_year import fiscal_year_days

from . import statements

A_MONTH = timedelta(days=31)
Counts = dict[int, Counter[Any]]


def counted(statement: str, years: Sequence[int], until: date) -> list[tuple[Any, ...]]:
    """Return the rows of a statement over these fiscal years, up to ``until``. One query; none without years.

    It sees the month before, too: a stay that crosses 1 April began in the year before.
    """
    if not years:
        return []
    first, last = fiscal_year_days(min(years))[0] - A_MONTH, min(fiscal_year_days(max(years))[1], until)
    with connection.cursor() as cursor:
        cursor.execute(
            statements.whole(statement), {"first": first, "last": last, "kinds": [kind.value for kind in STAYS]}
        )
        return [row for row in cursor.fetchall() if row[0] in years]


def by_year(statement: str, years: Sequence[int], until: date) -> Counts:
    """Return by fiscal year how many of each: of rows (year, what, count)."""
    found: Counts = {year: Counter() for year in years}
    for year, what, count in counted(statement, years, until):
        found[year][what] += count
    return found


def lengths(years: Sequence[int], until: date) -> dict[tuple[int, str], Counter[int]]:
    """Return by fiscal year and kind how many stays had so many days; 8 is eight or more."""
    found: dict[tuple[int, str], Counter[int]] = defaultdict(Counter)
    for year, kind, days, count in counted(statements.LENGTHS, years, until):
        found[year, kind][days] += count
    return found


def first_ages(years: Sequence[int], until: date) -> Counts:
    """Return by the fiscal year of a birth's first use ever the weeks of age at it; None is not known.

    Used days before the years asked for are looked at too: they may hold the first use.
    """
    found: Counts = {year: Counter() for year in years}
    if not years:
        return found
    with connection.cursor() as cursor:
        asked = {"first": date(2000, 4, 1), "last": min(fiscal_year_days(max(years))[1], until)}
        cursor.execute(statements.whole(statements.AGES), {**asked, "kinds": [kind.value for kind in STAYS]})
        for year, weeks, count in cursor.fetchall():
            if year in found:
                found[year][weeks] += count
    return found


def beyond_age(years: Sequence[int], until: date) -> dict[int, Mapping[str, set[Any]]]:
    """Return by fiscal year the days beyond the age by birth.

    A day is (family, day). ``corrected``: the corrected age gives it. ``otherwise``: an exception did.
    """
    rows = counted(statements.BEYOND_AGE, years, until)
    of_birth: dict[int, list[InfantFacts]] = defaultdict(list)
    infants = Infant.objects.filter(birth__in={row[2] for row in rows}, joined_into__isnull=True)
    for infant in infants.select_related("birth"):
        facts = InfantFacts(infant.birth_date, infant.birth.due_date, infant.gestation_days, infant.long_hospital_stay)
        of_birth[infant.birth_id].append(facts)
    found: dict[int, Mapping[str, set[Any]]] = {year: {"corrected": set(), "otherwise": set()} for year in years}
    for year, family, birth, day, months in rows:
        babies = of_birth[birth]
        if day <= last_day_under(max(baby.birth_date for baby in babies), months):
            continue  # the month ends earlier in SQL than in law
        gives = is_corrected(babies) and day <= last_day_under(counted_from(babies), months)
        found[year]["corrected" if gives else "otherwise"].add((family, day))
    return found


def company(years: Sequence[int], until: date) -> dict[int, tuple[int, ...]]:
    """Return by fiscal year families and days: all, with a sibling, with more than one infant."""
    return {year: tuple(figures) for year, *figures in counted(statements.COMPANY, years, until)}


def towns(years: Sequence[int], until: date) -> dict[tuple[int, str], dict[int, tuple[int, int]]]:
    """Return by fiscal year and district, by town (0: none is known or told), families and family-days."""
    found: dict[tuple[int, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    for year, district, town, families, days in counted(statements.TOWNS, years, until):
        found[year, district][town] = (families, days)
    return found
