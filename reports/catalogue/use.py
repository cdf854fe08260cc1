"""How much the places were used."""

from django.utils.translation import gettext_lazy as _

from reports.tables import facility_year_table
from reports.use_tables import facility_month_table, to_date_table, year_table

from .entry import Chapter, TableEntry

CHAPTER = Chapter(
    "use",
    _("Use of the facilities"),
    (
        TableEntry(
            slug="facility-year",
            title=_("Use by facility and fiscal year"),
            build=facility_year_table,
            what=_("Family-days used at each facility, families without counting one twice, and occupancy."),
            rule=_("Occupancy is used days over slot-days of open days, in percent, halves up to one decimal."),
            source=_("Used days of bookings; slots, weekdays and closures of the calendar."),
        ),
        TableEntry(
            slug="years",
            title=_("Use year by year"),
            build=year_table,
            what=_("All facilities together, year by year, with the change on the year before and the trend."),
            rule=_(
                "A running year is compared with the same days of the year before. The trend is of finished years."
            ),
            source=_("Used days of bookings; slots, weekdays and closures of the calendar."),
        ),
        TableEntry(
            slug="to-date",
            title=_("Year to date beside the same months of the years before"),
            build=to_date_table,
            what=_("Each fiscal year from 1 April to the day that is like today, by facility and together."),
            rule=_("Every year is cut at the same day; the last day of a month stands for its last day in each year."),
            source=_("Used days of bookings; slots, weekdays and closures of the calendar."),
        ),
        TableEntry(
            slug="facility-months",
            title=_("Use by month and facility"),
            build=facility_month_table,
            what=_("Family-days by kind, families, slot-days and occupancy of each month at each facility."),
            rule=_("A family counts once in each month; months do not add up to the families of the year."),
            source=_("Used days of bookings; slots, weekdays and closures of the calendar."),
        ),
    ),
)
