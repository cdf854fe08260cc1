"""年度: 1 April to 31 March, named by its first year."""

from datetime import date


def fiscal_year(day: date) -> int:
    """The fiscal year that ``day`` falls in: 2023-03-31 is in 2022."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_days(year: int) -> tuple[date, date]:
    """The first and the last day of fiscal year ``year``."""
    return date(year, 4, 1), date(year + 1, 3, 31)
