"""Draws for scarce days."""

from django.utils.translation import gettext_lazy as _

from reports.draw_odds import draw_odds_table

from .entry import Chapter, TableEntry

CHAPTER = Chapter(
    "draws",
    _("Draws"),
    (
        TableEntry(
            slug="draw-odds",
            title=_("Odds told and odds drawn"),
            build=draw_odds_table,
            what=_("The odds that families were told when they entered, and how many were given their first wish."),
            rule=_("By band of what was told, in percent. Entries of rounds that are drawn."),
            source=_("Entries of draws, with the odds told at that moment; what was given."),
        ),
    ),
)
