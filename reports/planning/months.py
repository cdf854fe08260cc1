"""月ごとの稼働率: of each facility, the percent of every month that is over and had slots. Reads only."""

from datetime import date

from reports.queries import fiscal_years_with_use, months_of_years


def known_months(before: date) -> dict[str, dict[date, float]]:
    """Return, by facility (its code), the percent of each month before the day's. A fixed number of queries."""
    found: dict[str, dict[date, float]] = {}
    last = before.replace(day=1)
    for first, periods in months_of_years(fiscal_years_with_use(), today=before).items():
        for period in periods if first < last else ():
            if period.slot_days > 0:
                found.setdefault(period.facility.slug, {})[first] = period.total_days * 100 / period.slot_days
    return found
