"""当たりやすさは当たったか: what families were told when they entered, and how many were given what they wished."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import DrawEntry, DrawRound
from facilities.fiscal_year import fiscal_year, fiscal_year_days
from sankecare.periods import midnight

from .tables import Row, Table


def draw_odds_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and band (percent told of the first choice) how many were told so and were given it.

    Of the entries that were drawn, in rounds drawn up to ``today``; a part counts where fewer days were said to do.
    """
    told, given = _counted(years, today)
    rows: list[Row] = [
        {
            "fiscal_year": year,
            "odds_told": band,
            "entries": told[year, band],
            "given": given[year, band],
            "given_percent": round(100 * given[year, band] / told[year, band], 1),
        }
        for year, band in sorted(told, key=lambda key: (years.index(key[0]), -key[1]))
    ]
    keys = ("fiscal_year", "odds_told", "entries", "given", "given_percent")
    notes = [_("Told is what the page said when the family entered: too much where many entered after it.")]
    return Table(_("Odds told and odds drawn"), keys, (), rows, notes)


def _counted(years: Sequence[int], today: date) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]:
    """Return, by fiscal year of the draw and band, how many were told it and how many were given their first choice.

    Two queries, whatever the number of years.
    """
    told: Counter[tuple[int, int]] = Counter()
    given: Counter[tuple[int, int]] = Counter()
    if not years:
        return told, given
    first, last = fiscal_year_days(min(years))[0], min(fiscal_year_days(max(years))[1], today)
    drawn = DrawRound.objects.filter(
        drawn_at__gte=midnight(first), drawn_at__lt=midnight(last + timedelta(days=1)), result__isnull=False
    )
    year_of: dict[int, int] = {}
    firsts: set[tuple[int, str]] = set()
    for key, drawn_at, result in drawn.values_list("pk", "drawn_at", "result"):
        assert drawn_at is not None
        year_of[key] = fiscal_year(timezone.localdate(drawn_at))
        firsts |= {(key, award["sign"]) for award in result or [] if award["choice"] == 1}
    entries = DrawEntry.objects.filter(
        round__in=drawn, withdrawn_at__isnull=True, tickets__isnull=False, odds_told__isnull=False
    )
    for key, sign, band in entries.values_list("round", "sign", "odds_told"):
        if band is not None and year_of.get(key) in years:
            told[year_of[key], band] += 1
            given[year_of[key], band] += (key, sign) in firsts
    return told, given
