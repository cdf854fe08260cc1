"""当たりやすさは当たったか: what families were told when they entered, and how many were given what they wished."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from bookings.models import DrawEntry, DrawRound
from facilities.fiscal_year import fiscal_year_days
from sankecare.periods import midnight

from .tables import Row, Table


def draw_odds_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and band (percent told of the first choice) how many were told so and were given it.

    Of the entries that were drawn, in rounds drawn up to ``today``; a part counts where fewer days were said to do.
    """
    rows: list[Row] = []
    for year in years:
        first, last = fiscal_year_days(year)
        told, given = _counted(first, min(last, today))
        rows += [
            {
                "fiscal_year": year,
                "odds_told": band,
                "entries": told[band],
                "given": given[band],
                "given_percent": round(100 * given[band] / told[band], 1),
            }
            for band in sorted(told, reverse=True)
        ]
    keys = ("fiscal_year", "odds_told", "entries", "given", "given_percent")
    notes = [_("Told is what the page said when the family entered: too much where many entered after it.")]
    return Table(_("Odds told and odds drawn"), keys, (), rows, notes)


def _counted(first: date, last: date) -> tuple[Counter[int], Counter[int]]:
    """Return, by band, how many entries were told it and how many of these were given their first choice."""
    drawn = DrawRound.objects.filter(
        drawn_at__gte=midnight(first), drawn_at__lt=midnight(last + timedelta(days=1)), result__isnull=False
    )
    firsts = {
        (key, award["sign"])
        for key, result in drawn.values_list("pk", "result")
        for award in result or []
        if award["choice"] == 1
    }
    told: Counter[int] = Counter()
    given: Counter[int] = Counter()
    entries = DrawEntry.objects.filter(
        round__in=drawn, withdrawn_at__isnull=True, tickets__isnull=False, odds_told__isnull=False
    )
    for key, sign, band in entries.values_list("round", "sign", "odds_told"):
        if band is not None:
            told[band] += 1
            given[band] += (key, sign) in firsts
    return told, given
