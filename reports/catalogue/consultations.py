"""Visits, online consultations, sessions, and what families answered after a stay."""

from django.utils.translation import gettext_lazy as _

from reports.consultation_tables import (
    consultation_month_table,
    consultation_table,
    consultation_topic_table,
    session_table,
)
from reports.survey_tables import survey_table

from .entry import Chapter, TableEntry

CHAPTER = Chapter(
    "consultations",
    _("Visits, consultations, answers"),
    (
        TableEntry(
            slug="consultations",
            title=_("Visits and online consultations"),
            build=consultation_table,
            what=_("Appointments that took place, the families, and how many have a record."),
            rule=_("By fiscal year and kind. Minutes are the average of those with a length, rounded."),
            source=_("Appointments and their records; published figures of online consultations."),
        ),
        TableEntry(
            slug="consultation-months",
            title=_("Visits and online consultations by month"),
            build=consultation_month_table,
            what=_("Appointments that took place in each month."),
            rule=_("Months that have begun."),
            source=_("Appointments."),
        ),
        TableEntry(
            slug="consultation-topics",
            title=_("Topics of visits and online consultations"),
            build=consultation_topic_table,
            what=_("What the appointments were about."),
            rule=_("One appointment may be about several topics, and counts in each."),
            source=_("Records of appointments."),
        ),
        TableEntry(
            slug="coordinator-sessions",
            title=_("Coordinator sessions"),
            build=session_table,
            what=_("Sessions held, families signed up, and who came."),
            rule=_("A family counts once a session. Families are counted once a year."),
            source=_("Sessions and their lists."),
        ),
        TableEntry(
            slug="after-stay",
            title=_("Answers after a stay"),
            build=survey_table,
            what=_("What families answered after a stay, by facility and question."),
            rule=_("Of few answers nothing is shown. Shares in percent, halves up to one decimal."),
            source=_("Answers to the questions after a stay, without names."),
        ),
    ),
)
