"""Where the families live."""

from django.utils.translation import gettext_lazy as _

from reports.explained.of_families import COVERAGE, DISTRICT_DAYS, DISTRICTS, SHARES, TOWNS
from reports.tables import coverage_table, district_day_table, district_table
from reports.traits.town_tables import district_share_table, town_table

from .entry import Chapter, TableEntry

CHAPTER = Chapter(
    "districts",
    _("Where families live"),
    (
        TableEntry(
            slug="districts",
            title=_("Unduplicated families by district"),
            build=district_table,
            what=_("Families that used a place in the fiscal year, each counted once, by district."),
            rule=_("A family counts where it lived on its first used day of the fiscal year."),
            source=_("Used days of bookings; the family's residence on that day."),
            opened=DISTRICTS,
        ),
        TableEntry(
            slug="district-days",
            title=_("Family-days by district"),
            build=district_day_table,
            what=_("Used family-days by district."),
            rule=_("Each day counts where the family lived on that day."),
            source=_("Used days of bookings; the family's residence on that day."),
            opened=DISTRICT_DAYS,
        ),
        TableEntry(
            slug="coverage",
            title=_("Coverage"),
            build=coverage_table,
            what=_("Families of the fiscal year beside births of the calendar year in which it begins."),
            rule=_("Families over births, in percent, halves up to one decimal. Without published births: empty."),
            source=_("Used days of bookings; births that the ward published."),
            opened=COVERAGE,
        ),
        TableEntry(
            slug="district-share",
            title=_("Share of each district"),
            build=district_share_table,
            what=_("Families and family-days of each district, its share of the ward's families, and days a family."),
            rule=_("A family counts where it lived on its first used day of the year, each day where it lived on it."),
            source=_("Used days of bookings; the family's residence on that day."),
            opened=SHARES,
        ),
        TableEntry(
            slug="towns",
            title=_("Use by town"),
            build=town_table,
            what=_("Families and family-days by town, with the minutes to the nearest facility."),
            rule=_("As by district. Counts of 1 or 2 are hidden, with others so that none can be worked out."),
            source=_("Used days of bookings; the family's residence on that day; minutes as entered for each town."),
            opened=TOWNS,
        ),
    ),
)
