"""次の抽選の提案: which days the next draw of a service is for, and when it opens, closes and is drawn. Pure.

Staff see it in the form and correct it; nothing is announced by itself. What the ward's policy leaves open is taken
from the last round, by the caller; without one it stays open here too.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class RoundTerms:
    """What holds for a service's draws. ``stretch_days``: for how many days one draw is, at least 1.

    ``draw_weekday``: 0 = Monday; None: drawn ``draw_days_before`` the first day. ``opens_days_before``,
    ``closes_days_before``: before the first day; None = not laid down.
    """

    stretch_days: int
    draw_weekday: int | None = None
    draw_days_before: int = 1
    opens_days_before: int | None = None
    closes_days_before: int | None = None


@dataclass(frozen=True)
class ProposedRound:
    """A round to be announced: its days, first and last included, and the days of its times; None = not laid down."""

    first_day: date
    last_day: date
    draw_on: date
    opens_on: date | None
    closes_on: date | None


def next_round(terms: RoundTerms, *, after: date | None, today: date) -> ProposedRound:
    """Propose the round that follows. ``after``: the first day that no round has yet; None: there was no round.

    It begins there; where that is too soon, on the first day whose deadline and draw both come after today. The draw
    is on the last weekday of draws before the first day, the deadline not after it, the opening not after that.
    """
    first = max(after or today, _earliest(terms, today))
    draw_on = _draw_before(first, terms)
    closes_on = _before(first, terms.closes_days_before)
    if closes_on is not None:
        closes_on = min(closes_on, draw_on)
    opens_on = _before(first, terms.opens_days_before)
    if opens_on is not None:
        opens_on = min(max(opens_on, today), closes_on or draw_on)
    return ProposedRound(first, first + timedelta(days=terms.stretch_days - 1), draw_on, opens_on, closes_on)


def _earliest(terms: RoundTerms, today: date) -> date:
    """The first day whose deadline and draw both lie after today."""
    tomorrow = today + timedelta(days=1)
    after_deadline = tomorrow + timedelta(days=terms.closes_days_before or 0)
    if terms.draw_weekday is None:
        return max(after_deadline, tomorrow + timedelta(days=terms.draw_days_before))
    next_draw = tomorrow + timedelta(days=(terms.draw_weekday - tomorrow.weekday()) % 7)
    return max(after_deadline, next_draw + timedelta(days=1))


def _draw_before(first: date, terms: RoundTerms) -> date:
    if terms.draw_weekday is None:
        return first - timedelta(days=terms.draw_days_before)
    eve = first - timedelta(days=1)
    return eve - timedelta(days=(eve.weekday() - terms.draw_weekday) % 7)


def _before(first: date, days: int | None) -> date | None:
    return None if days is None else first - timedelta(days=days)
