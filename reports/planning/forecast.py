"""見通し: a facility's occupancy in the coming twelve months, and how well the same was foretold of past ones. Pure.

Level times season: the season of a calendar month is how far its occupancy lay from its year's, as a share, averaged
over the years and drawn towards none where years are few; the level is the mean of the last months with their season
taken out. Beside it the naive one: the same month of the last year. A month without slots is left out everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

AHEAD = 12
# Months whose level counts; as if a season of none had been seen so many years besides; least months that are tried.
LEVEL_MONTHS, YEARS_OF_NONE, LEAST_MONTHS = 6, 0.5, 24
# Of past errors so many percent lie within what is shown; with fewer errors no range is shown.
WITHIN, LEAST_ERRORS = 80, 12
FULL = 100.0

Months = Mapping[date, float]


@dataclass(frozen=True)
class Foretold:
    """A month to come: percent by each method (None where that says nothing), and the range by past errors."""

    month: date
    seasonal: float | None
    naive: float | None
    shown: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Error:
    """How far a method was off in past months, in points of percent on average, over how many forecasts."""

    seasonal: float | None
    naive: float | None
    forecasts: int

    @property
    def seasonal_is_better(self) -> bool:
        """Whether our own method beat the naive one on the same past months."""
        return self.seasonal is not None and self.naive is not None and self.seasonal < self.naive


@dataclass(frozen=True)
class Forecast:
    """``method``: what is shown: the better one, naive where nothing could be compared."""

    method: str
    months: Sequence[Foretold]
    error: Error
    known_months: int


def month_after(month: date, number: int = 1) -> date:
    """Return the first day of the month so many months later, or earlier."""
    years, index = divmod(month.month - 1 + number, 12)
    return date(month.year + years, index + 1, 1)


def forecast(known: Months, first: date) -> Forecast:
    """Foretell twelve months from ``first`` on. ``known``: percent by month, of months before it that had slots."""
    past = {month: value for month, value in known.items() if month < first}
    error, errors = past_errors(past)
    method = "seasonal" if error.seasonal_is_better else "naive"
    # Its own months are not all of one year: how far off the shown method was, by how many months it looked ahead.
    low, high = _range(errors[method])
    found = []
    for number in range(AHEAD):
        month = month_after(first, number)
        ours, naive = seasonal(past, month), same_month_last_year(past, month)
        shown = ours if method == "seasonal" else naive
        within = None if shown is None or low is None else _within(shown + low)
        found.append(
            Foretold(
                month,
                _rounded(ours),
                _rounded(naive),
                _rounded(shown),
                within,
                None if shown is None or high is None else _within(shown + high),
            )
        )
    return Forecast(method, found, error, len(past))


def past_errors(known: Months) -> tuple[Error, dict[str, list[float]]]:
    """Try both methods on the past: from each month on with what was known before it, the twelve after it.

    Only months that both methods foretell are compared. Returns the mean errors, and each (happened less foretold).
    """
    errors: dict[str, list[float]] = {"seasonal": [], "naive": []}
    ordered = sorted(known)
    for start in ordered[LEAST_MONTHS:]:
        before = {month: value for month, value in known.items() if month < start}
        for number in range(AHEAD):
            month = month_after(start, number)
            if month not in known:
                continue
            ours, naive = seasonal(before, month), same_month_last_year(before, month)
            if ours is not None and naive is not None:
                errors["seasonal"].append(known[month] - ours)
                errors["naive"].append(known[month] - naive)
    means = {name: fmean(map(abs, rows)) if rows else None for name, rows in errors.items()}
    return Error(_rounded(means["seasonal"]), _rounded(means["naive"]), len(errors["naive"])), errors


def same_month_last_year(known: Months, month: date) -> float | None:
    """Return the percent of the same month in the last year that is known; at most two years back."""
    return next((known[back] for years in (1, 2) if (back := month_after(month, -12 * years)) in known), None)


def seasonal(known: Months, month: date) -> float | None:
    """Return level times season; None where no month is known."""
    seasons = seasons_of(known)
    last = sorted(known)[-LEVEL_MONTHS:]
    if not last:
        return None
    level = fmean(known[one] / seasons.get(one.month, 1.0) for one in last)
    return min(max(level * seasons.get(month.month, 1.0), 0.0), FULL)


def seasons_of(known: Months) -> dict[int, float]:
    """Return, by calendar month, how its percent stands to that of the twelve months around it; 1 = as they."""
    shares: dict[int, list[float]] = {}
    for month, value in known.items():
        around = [known[near] for number in range(-6, 6) if (near := month_after(month, number)) in known]
        mean = fmean(around)
        if len(around) >= AHEAD - 1 and mean > 0:
            shares.setdefault(month.month, []).append(value / mean)
    found = {number: (sum(rows) + YEARS_OF_NONE) / (len(rows) + YEARS_OF_NONE) for number, rows in shares.items()}
    return {number: max(share, 0.05) for number, share in found.items()}


def _range(errors: Sequence[float]) -> tuple[float | None, float | None]:
    if len(errors) < LEAST_ERRORS:
        return None, None
    ordered, beside = sorted(errors), (100 - WITHIN) / 200
    cut = int(len(ordered) * beside)
    # What is shown lies within, also where the past was always above or always below.
    return min(ordered[cut], 0.0), max(ordered[-1 - cut], 0.0)


def _within(value: float) -> float:
    return round(min(max(value, 0.0), FULL), 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
