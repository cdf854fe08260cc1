"""How much the places were used."""

from django.utils.translation import gettext_lazy as _

from reports.tables import facility_year_table

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
    ),
)
