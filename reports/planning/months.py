"""月ごとの稼働率: of each facility, the percent of every month that is over and had slots. Reads only."""

from datetime import date

from reports.queries import facility_months, fiscal_years_with_use


def known_months(before: date) -> dict[str, dict[date, float]]:
    """Return, by the facility's slug, the percent of each month before the one of the day. Queries a year."""
    found: dict[str, dict[date, float]] = {}
    last = before.replace(day=1)
    for year in fiscal_years_with_use():
        for month, periods in facility_months(year, today=before).items():
            first = date(year + (month < 4), month, 1)
            for period in periods if first < last else ():
                if period.slot_days > 0:
                    percent = period.total_days * 100 / period.slot_days
                    found.setdefault(period.facility.slug, {})[first] = percent
    return found
