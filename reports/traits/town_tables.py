"""Use by district and by town: families, days, shares, and how far the nearest facility is."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Min
from django.utils.translation import gettext as _

from facilities.models import District, Town, TownMinutes
from reports.masked_figures import days_beside, finished_until, is_running, notes_of, parts_and_total
from reports.occupancy import occupancy_percent
from reports.queries import ELSEWHERE, district_years
from reports.table_parts import Drawn
from reports.tables import Row, Table, label_of

from .queries import towns

NO_TOWN = 0


def district_share_table(years: Sequence[int], *, today: date) -> Table:
    """Return each district's families, their share of the ward's, family-days, and days a family."""
    rows: list[Row] = []
    for counted in district_years(years, today=today):
        for slug in counted.families:
            families, days = counted.families[slug], counted.days[slug]
            a_family = (Decimal(days) / families).quantize(Decimal("0.1"), ROUND_HALF_UP) if families else None
            rows.append(
                {
                    "fiscal_year": counted.fiscal_year,
                    "district": slug,
                    "families": families,
                    "share_percent": occupancy_percent(families, counted.total),
                    "family_days": days,
                    "days_a_family": a_family,
                }
            )
    names = {"district": {slug: label_of(slug) for slug in {row["district"] for row in rows}}}
    keys = ("fiscal_year", "district", "families", "share_percent", "family_days", "days_a_family")
    notes = [_("Births are published for the ward alone, not by district: coverage stands in a table of its own.")]
    drawn = Drawn("lines", along="fiscal_year", by="district", figure="families")
    return Table(_("Share of each district"), keys, (), rows, notes, names, drawn=drawn)


def town_table(years: Sequence[int], *, today: date) -> Table:
    """Return families and days by town, the newest year first, with the minutes to the nearest facility; masked."""
    until = finished_until(today)
    found = towns(years, until)
    names = dict(Town.objects.values_list("pk", "name"))
    order = {slug: place for place, slug in enumerate(District.objects.values_list("slug", flat=True))}
    minutes = _nearest(today)
    rows: list[Row] = []
    for year, district in sorted(found, key=lambda key: (-key[0], order.get(key[1], len(order)))):
        counts = found[year, district]
        running = is_running(year, today)
        shown, _total = parts_and_total({town: pair[0] for town, pair in counts.items()}, running=running)
        in_order = sorted(counts, key=lambda town: (town == NO_TOWN, names.get(town, "")))
        rows += [
            {
                "fiscal_year": year,
                "district": district,
                "town": names.get(town, _("Town not recorded, or not disclosed")),
                "families": shown[town],
                "family_days": days_beside(counts[town][1], shown[town], running=running),
                "minutes_nearest": minutes.get(town),
            }
            for town in in_order
        ]
    keys = ("fiscal_year", "district", "town", "families", "family_days", "minutes_nearest")
    notes = notes_of(years, today)
    if minutes:
        notes.append(_("Minutes are estimates that nobody published, to the facility that is nearest today."))
    districts = {"district": {slug: label_of(slug) for slug in (*order, ELSEWHERE)}}
    return Table(_("Use by town"), keys, (), rows, notes, districts)


def _nearest(day: date) -> dict[int, int]:
    """The minutes from each town to the facility that is nearest on the day. One query."""
    rows = TownMinutes.objects.filter(period__contains=day).order_by()
    return dict(rows.values_list("town").annotate(Min("minutes")))
