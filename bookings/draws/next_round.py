"""次の抽選の提案: which days the next draw of places is for, and when it opens, closes and is drawn. Pure.

Staff see it in the form and correct it; nothing is announced by itself. What the ward's policy leaves open is taken
from the last round, by the caller; without one from the defaults below.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

A_DAY = timedelta(days=1)
SATURDAY = 5
# Days at most of a draw; so far ahead is looked for days to be drawn; so long families enter (own defaults).
LONGEST_ROUND = 31
LOOKED_AHEAD = 200
DAYS_TO_ENTER = 14
# The ward's offices rest from 29 December to 3 January (世田谷区の休日に関する条例).
YEAR_ENDS, YEAR_BEGINS = (12, 29), (1, 3)


@dataclass(frozen=True)
class RoundTerms:
    """What holds for the draws of places. ``stretch_days``: for how many days one draw is, at least 1.

    ``draw_days_before``: the first day, as the last time; ``draw_weekday``: 0 = Monday, the first such day from then
    on, or None: on the very day. ``opens_days_before``,
    ``closes_days_before``: before the first day; None: the working day before the draw, and 14 days to enter.
    """

    stretch_days: int
    draw_weekday: int | None = None
    draw_days_before: int = 1
    opens_days_before: int | None = None
    closes_days_before: int | None = None


@dataclass(frozen=True)
class RoundDays:
    """What is known of the days to come. ``wanted``: open, given by lot, and in no draw yet; ``taken``: in a draw, or
    freed; ``holidays``: on which the ward's offices rest, besides weekends and the turn of the year.
    """

    wanted: Collection[date]
    taken: Collection[date] = ()
    holidays: Collection[date] = ()

    def works_on(self, day: date) -> bool:
        """Tell whether the ward's offices work on the day."""
        turn_of_year = (day.month, day.day) >= YEAR_ENDS or (day.month, day.day) <= YEAR_BEGINS
        return day.weekday() < SATURDAY and day not in self.holidays and not turn_of_year

    def working_day(self, day: date) -> date:
        """Return the day, or the last working day before it."""
        while not self.works_on(day):
            day -= A_DAY
        return day


@dataclass(frozen=True)
class ProposedRound:
    """A round to be announced: its days, first and last included, and the days of its times."""

    first_day: date
    last_day: date
    draw_on: date
    opens_on: date
    closes_on: date


def next_round(terms: RoundTerms, days: RoundDays, *, today: date) -> ProposedRound | None:
    """Propose the round for the first days that have none; None where there are none.

    It begins on the first of them whose deadline and draw both come after today, and ends before the next draw or
    freed days. Deadline and draw are on working days: the draw on the weekday of draws as far before the first day as
    the last time (the last one before it where nothing is known) or, where that is none, the working day before; the
    deadline not after it, the opening not after that.
    """
    for first in sorted(days.wanted):
        draw_on = _draw_before(first, terms, days)
        closes_on = _closes(first, draw_on, terms, days)
        if closes_on > today:  # never after the draw
            opens_on = _before(first, terms.opens_days_before) or closes_on - DAYS_TO_ENTER * A_DAY
            return ProposedRound(
                first, _last(first, terms, days), draw_on, min(max(opens_on, today), closes_on), closes_on
            )
    return None


def _last(first: date, terms: RoundTerms, days: RoundDays) -> date:
    """The last day of the stretch, or the one before the next draw or freed days."""
    last = first
    while (last - first).days < min(terms.stretch_days, LONGEST_ROUND) - 1 and last + A_DAY not in days.taken:
        last += A_DAY
    return last


def _draw_before(first: date, terms: RoundTerms, days: RoundDays) -> date:
    drawn = first - max(terms.draw_days_before, 1) * A_DAY
    if terms.draw_weekday is not None:
        # From then on: where the last draw was moved to the working day before, the next one is on its weekday again.
        drawn += timedelta(days=(terms.draw_weekday - drawn.weekday()) % 7)
        if drawn >= first:
            drawn -= timedelta(days=7)
    return days.working_day(drawn)


def _closes(first: date, draw_on: date, terms: RoundTerms, days: RoundDays) -> date:
    told = _before(first, terms.closes_days_before)
    return days.working_day(draw_on - A_DAY if told is None else min(told, draw_on))


def _before(first: date, days: int | None) -> date | None:
    return None if days is None else first - timedelta(days=days)
