"""The plain SQL of the tables of families' traits, towns and the nation's questions, and ours in the same shape."""

from datetime import date
from itertools import chain
from typing import Any

from reports.chapters.national_queries import GROUPS, TOTAL, used_by_group
from reports.traits import statements
from reports.traits.queries import by_year, company, first_ages, lengths, towns

from .report_floor import OF_STAYS, YEAR, Figures, Measured

RUNS = f"""
  (SELECT booking_id, family_id, kind, min(day) AS first_day, count(*) AS days
     FROM (SELECT used.booking_id, used.family_id, service.kind, used.day,
                  used.day - row_number() OVER (PARTITION BY used.booking_id ORDER BY used.day)::int AS run
           {OF_STAYS}) AS numbered
    GROUP BY booking_id, family_id, kind, run) AS runs
"""
YEAR_OF_RUN = YEAR.replace("used.day", "runs.first_day")
LENGTHS = f"SELECT {YEAR_OF_RUN}, kind, least(days, 8), count(*) FROM {RUNS} GROUP BY 1, 2, 3"
REPEATS = f"""
  SELECT year, least(stays, 4), count(*)
    FROM (SELECT {YEAR_OF_RUN} AS year, family_id, count(*) AS stays FROM {RUNS} GROUP BY 1, 2) AS of_family
   GROUP BY 1, 2
"""
COMPANY = f"""
  SELECT {YEAR}, count(DISTINCT used.family_id), count(*),
         count(DISTINCT used.family_id) FILTER (WHERE used.with_sibling), count(*) FILTER (WHERE used.with_sibling),
         count(DISTINCT used.family_id) FILTER (WHERE booking.infant_count > 1),
         count(*) FILTER (WHERE booking.infant_count > 1)
  {OF_STAYS} GROUP BY 1
"""
TAX_CLASSES = f"""
  SELECT first_days.year, coalesce(class.tax_class, 'unknown'), count(*)
    FROM (SELECT DISTINCT ON (1, used.family_id) {YEAR} AS year, used.family_id, used.day
          {OF_STAYS} ORDER BY 1, used.family_id, used.day) AS first_days
    LEFT JOIN enrollment_taxclassperiod class
      ON class.family_id = first_days.family_id AND class.period @> first_days.day
   GROUP BY 1, 2
"""
# With a registration and the births' infants; all days asked for are from the first one on.
AGES = f"""
  SELECT {YEAR_OF_RUN.replace("runs", "firsts")}, (first_day - born) / 7, count(*)
    FROM (SELECT registration.birth_id, min(used.day) AS first_day
          {
    OF_STAYS.replace(
        "WHERE",
        "JOIN enrollment_registration registration ON registration.id = booking.registration_id WHERE",
    )
} GROUP BY 1) AS firsts
    LEFT JOIN (SELECT birth_id, max(birth_date) AS born FROM enrollment_infant WHERE joined_into_id IS NULL
                GROUP BY 1) AS babies USING (birth_id)
   GROUP BY 1, 2
"""
LIVED = (
    "LEFT JOIN enrollment_residence residence ON residence.family_id = {of}.family_id AND residence.period @> {of}.day"
    " LEFT JOIN facilities_district district ON district.id = residence.district_id"
)
TOWN_DAYS = f"""
  SELECT 'days', {YEAR}, coalesce(district.slug, 'elsewhere'), coalesce(residence.town_id, 0), count(*)
  {OF_STAYS.replace("WHERE", LIVED.format(of="used") + " WHERE")} GROUP BY 1, 2, 3, 4
"""
TOWN_FAMILIES = f"""
  SELECT 'families', first_days.year, coalesce(district.slug, 'elsewhere'), coalesce(residence.town_id, 0), count(*)
    FROM (SELECT DISTINCT ON (1, used.family_id) {YEAR} AS year, used.family_id, used.day
          {OF_STAYS} ORDER BY 1, used.family_id, used.day) AS first_days
    {LIVED.format(of="first_days")} GROUP BY 1, 2, 3, 4
"""
# The nation's question, of each kind and any: families and days by class, the eldest's age, company, need.
GROUPS_OF_NATION = (
    "class.tax_class IN ('non_taxed', 'welfare')",
    """used.day >= (eldest.born + interval '4 months')::date
       + (extract(day FROM eldest.born + interval '4 months') <> extract(day FROM eldest.born))::int""",
    "used.with_sibling",
    "eldest.number > 1",
    "EXISTS (SELECT FROM bookings_highneed need WHERE need.family_id = used.family_id AND need.period @> used.day)",
)
NATION = f"""
  SELECT {YEAR}, coalesce(service.kind, '{TOTAL}'), count(DISTINCT used.family_id), count(*),
         {
    ", ".join(
        f"count(DISTINCT used.family_id) FILTER (WHERE {of}), count(*) FILTER (WHERE {of})" for of in GROUPS_OF_NATION
    )
}
  {
    OF_STAYS.replace(
        "WHERE",
        "JOIN enrollment_registration registration ON registration.id = booking.registration_id"
        " LEFT JOIN (SELECT birth_id, min(birth_date) AS born, count(*) AS number FROM enrollment_infant"
        " WHERE joined_into_id IS NULL GROUP BY 1) AS eldest ON eldest.birth_id = registration.birth_id"
        " LEFT JOIN enrollment_taxclassperiod class ON class.family_id = used.family_id AND class.period @> used.day"
        " WHERE",
    )
} GROUP BY GROUPING SETS ((1, service.kind), (1))
"""


def _lengths(years: list[int], today: date) -> Figures:
    found = lengths(years, today)
    return {(year, kind, days, count) for (year, kind), of in found.items() for days, count in of.items()}


def _counts(found: dict[int, Any]) -> Figures:
    return {(year, what, count) for year, of_year in found.items() for what, count in of_year.items()}


def _repeats(years: list[int], today: date) -> Figures:
    return _counts(by_year(statements.REPEATS, years, today))


def _ages(years: list[int], today: date) -> Figures:
    return _counts(first_ages(years, today))


def _company(years: list[int], today: date) -> Figures:
    return {(year, *figures) for year, figures in company(years, today).items()}


def _tax_classes(years: list[int], today: date) -> Figures:
    return _counts(by_year(statements.TAX_CLASSES, years, today))


def _towns(years: list[int], today: date) -> Figures:
    return {
        (what, year, district, town, count)
        for (year, district), of in towns(years, today).items()
        for town, figures in of.items()
        for what, count in zip(("families", "days"), figures, strict=True)
        if count
    }


def _nation(years: list[int], today: date) -> Figures:
    counts = used_by_group(years, today=today)
    kinds = {(year, kind) for year, kind, _group in counts}
    return {(*key, *chain.from_iterable(counts[*key, group] for group in GROUPS)) for key in kinds}


TABLES = (
    Measured("length-of-stay", [LENGTHS], _lengths),
    Measured("repeat-use", [REPEATS], _repeats),
    Measured("age-at-first-use", [AGES], _ages),
    Measured("siblings-multiples", [COMPANY], _company),
    Measured("tax-classes", [TAX_CLASSES], _tax_classes),
    Measured("towns", [TOWN_FAMILIES, TOWN_DAYS], _towns),
    Measured("national-survey", [NATION], _nation),
)
