"""Draws for scarce days: each round, the years together, and odds told beside odds drawn."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models.draws import Outcome
from facilities.fiscal_year import fiscal_year
from reports.chapters.demand_queries import DrawnRound, drawn_rounds
from reports.chapters.money_queries import facility_names
from reports.draw_odds import draw_odds_table
from reports.explained.of_demand import DRAWS, ROUNDS
from reports.tables import Row, Table
from sankecare.periods import last_day

from .entry import Chapter, TableEntry

OUTCOMES = {outcome: f"draw_{outcome.value}" for outcome in Outcome}
COUNTS = (
    *("draw_entered", "draw_withdrawn", *OUTCOMES.values()),
    *("draw_places", "draw_given", "draw_declined", "draw_lapsed", "draw_by_line"),
)


def round_table(years: Sequence[int], *, today: date) -> Table:
    """Return each round that was drawn: who entered, the odds told, what was given, what was declined."""
    names = facility_names()
    rows: list[Row] = [
        {
            "drawn_on": timezone.localdate(row.round.drawn_at).isoformat(),
            "facility": row.round.pool.facility.slug,
            "days_drawn": f"{row.round.period.lower:%Y-%m-%d} – {last_day(row.round.period):%Y-%m-%d}",
            **_counts([row]),
            "odds_median": _median(row.odds),
        }
        for row in drawn_rounds(years, today=today)
    ]
    keys = ("drawn_on", "facility", "days_drawn", *COUNTS, "odds_median")
    return Table(_("Draws, round by round"), keys, (), rows, _notes(), {"facility": names})


def draw_year_table(years: Sequence[int], *, today: date) -> Table:
    """Return the rounds of each fiscal year and facility together."""
    names = facility_names()
    by_place: dict[tuple[int, str], list[DrawnRound]] = {}
    for row in drawn_rounds(years, today=today):
        year = fiscal_year(timezone.localdate(row.round.drawn_at))
        if year in years:
            by_place.setdefault((year, row.round.pool.facility.slug), []).append(row)
    order = {slug: number for number, slug in enumerate(names)}
    rows: list[Row] = [
        {
            "fiscal_year": year,
            "facility": slug,
            "rounds": len(rounds),
            **_counts(rounds),
            "odds_median": _median(sorted(odds for row in rounds for odds in row.odds)),
        }
        for (year, slug), rounds in sorted(by_place.items(), key=lambda item: (item[0][0], order[item[0][1]]))
    ]
    keys = ("fiscal_year", "facility", "rounds", *COUNTS, "odds_median")
    return Table(_("Draws by fiscal year"), keys, (), rows, _notes(), {"facility": names})


def _counts(rounds: Sequence[DrawnRound]) -> dict[str, int]:
    return {
        "draw_entered": sum(row.entered for row in rounds),
        "draw_withdrawn": sum(row.withdrawn for row in rounds),
        **{key: sum(row.outcomes[outcome.value] for row in rounds) for outcome, key in OUTCOMES.items()},
        "draw_places": sum(row.places for row in rounds),
        "draw_given": sum(row.given for row in rounds),
        "draw_declined": sum(row.declined for row in rounds),
        "draw_lapsed": sum(row.lapsed for row in rounds),
        "draw_by_line": sum(row.by_line for row in rounds),
    }


def _median(odds: Sequence[int]) -> int | None:
    """The odds told in the middle, by nearest rank."""
    return odds[(len(odds) - 1) // 2] if odds else None


def _notes() -> list[str]:
    return [
        _("Entries are those that withdrew and, by what the draw gave, all others."),
        _("Declined and not answered: of the places that the draw gave. Given later: to who stood in line."),
    ]


_ENTRIES = gettext_lazy("Entries of draws that were drawn, what was published of them, and the answers to places won.")

CHAPTER = Chapter(
    "draws",
    gettext_lazy("Draws"),
    (
        TableEntry(
            slug="draws",
            title=gettext_lazy("Draws by fiscal year"),
            build=draw_year_table,
            what=gettext_lazy("How many families entered, what the draws gave, and what became of it."),
            rule=gettext_lazy("By the day of the draw. Places: of the days drawn, each day's places added up."),
            source=_ENTRIES,
            opened=DRAWS,
        ),
        TableEntry(
            slug="draw-rounds",
            title=gettext_lazy("Draws, round by round"),
            build=round_table,
            what=gettext_lazy("Each round: who entered, the odds told, what was given, what was declined."),
            rule=gettext_lazy("Rounds that were drawn. Odds told: the median of the entries that were told any."),
            source=_ENTRIES,
            opened=ROUNDS,
        ),
        TableEntry(
            slug="draw-odds",
            title=gettext_lazy("Odds told and odds drawn"),
            build=draw_odds_table,
            what=gettext_lazy(
                "The odds that families were told when they entered, and how many were given their first wish."
            ),
            rule=gettext_lazy("By band of what was told, in percent. Entries of rounds that are drawn."),
            source=gettext_lazy("Entries of draws, with the odds told at that moment; what was given."),
        ),
    ),
)
