"""What the families are like who came: each table masked, a running year rounded and counted by finished months."""

from django.utils.translation import gettext_lazy as _

from reports.traits.tables import (
    age_table,
    channel_table,
    company_table,
    corrected_age_table,
    exception_table,
    length_table,
    repeat_table,
    tax_class_table,
)

from .entry import Chapter, TableEntry

_MASKED = _("Counts of 1 or 2 are hidden, with as many others as keep them from being worked out.")
_USED_DAYS = _("Used days of bookings.")

CHAPTER = Chapter(
    "families",
    _("What the families are like"),
    (
        TableEntry(
            slug="length-of-stay",
            title=_("Length of stay"),
            build=length_table,
            what=_("Stays by their number of days: a stay is an unbroken run of used days of one booking."),
            rule=_("A stay counts in the fiscal year of its first day. Small counts are hidden."),
            source=_USED_DAYS,
        ),
        TableEntry(
            slug="repeat-use",
            title=_("Repeat use"),
            build=repeat_table,
            what=_("Families by how many stays they had in the fiscal year."),
            rule=_MASKED,
            source=_USED_DAYS,
        ),
        TableEntry(
            slug="age-at-first-use",
            title=_("Age at first use"),
            build=age_table,
            what=_("Births by the baby's full weeks of age on the first day ever used for it."),
            rule=_("Weeks from the birth of the last born, not corrected. Small counts are hidden."),
            source=_("Used days of bookings; the infants' dates of birth."),
        ),
        TableEntry(
            slug="corrected-age",
            title=_("Use beyond the age by birth"),
            build=corrected_age_table,
            what=_("Families and days after the age limit by birth: by corrected age, or else by an exception."),
            rule=_("By the limit of the service on that day and the rule of corrected age. Small counts are hidden."),
            source=_("Used days of bookings; the infants' dates; the services' terms."),
        ),
        TableEntry(
            slug="siblings-multiples",
            title=_("Siblings and multiple births"),
            build=company_table,
            what=_("Families that came with a sibling, and with more than one infant, beside all families."),
            rule=_MASKED,
            source=_("Used days of bookings; who took part."),
        ),
        TableEntry(
            slug="tax-classes",
            title=_("Tax classes"),
            build=tax_class_table,
            what=_("Families by the tax class of the household on their first used day of the fiscal year."),
            rule=_MASKED,
            source=_("Used days of bookings; tax classes as entered, with their dates."),
        ),
        TableEntry(
            slug="exceptions",
            title=_("Exceptions granted"),
            build=exception_table,
            what=_("Exceptions that a second person granted, by the rule they are from."),
            rule=_("By the fiscal year in which they were granted. Small counts are hidden."),
            source=_("Exceptions of registrations."),
        ),
        TableEntry(
            slug="channels",
            title=_("How families heard of it"),
            build=channel_table,
            what=_("Applications by how the family heard of the programme."),
            rule=_("By the fiscal year of the day of the application. Small counts are hidden."),
            source=_("What families state on their application."),
        ),
    ),
)
