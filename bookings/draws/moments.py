"""Where an entry in a draw stands, from wishing to the day itself, for her page and her mails. Pure.

One answer for her page, her mails and the staff's list, so that none of them says "won" of what is over.
"""

from dataclasses import dataclass
from enum import StrEnum

# A round goes on by the clock every minute; one that has not for so long is late (own default).
LATE_AFTER_MINUTES = 15


class Stage(StrEnum):
    """Where the round is. ``LATE``: ``LATE_AFTER_MINUTES`` past the time of its draw, and not drawn."""

    OPEN = "open"
    CLOSED = "closed"
    LATE = "late"
    DRAWN = "drawn"
    CALLED_OFF = "called_off"


class Ended(StrEnum):
    """How a place that was held or booked came to its end."""

    DECLINED = "declined"
    LAPSED = "lapsed"
    AWAY = "away"  # the family may not use it any more
    BY_WARD = "by_ward"  # a closure or a cut: not her doing
    GIVEN_BACK = "given_back"
    MISSED = "missed"


class Moment(StrEnum):
    """Where the entry stands."""

    ENTERED = "entered"
    AWAY = "away"
    LISTED = "listed"
    LEFT_OUT = "left_out"
    LATE = "late"
    CALLED_OFF = "called_off"
    HELD = "held"
    HELD_PART = "held_part"
    HELD_BY_LINE = "held_by_line"
    THINKS_AGAIN = "thinks_again"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"
    FELL_AWAY = "fell_away"
    TAKEN_BY_WARD = "taken_by_ward"
    GIVEN_BACK = "given_back"
    MISSED = "missed"
    IN_LINE = "in_line"
    LOST = "lost"
    CLOSED = "closed"
    VOID = "void"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True)
class Place:
    """A place given to the entry: held, taken, or ended. ``declined``: a no that can be taken back."""

    is_held: bool = False
    declined: bool = False
    ended: Ended | None = None
    by_line: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of an entry. ``outcome``: what the draw gave (``Outcome``); ``place``: the last one given to it.

    ``listed``: it stands in the published list. ``in_line``: it is offered what comes free. ``days_closed``: the ward
    has taken every day that it wished.
    """

    stage: Stage
    away: bool = False
    listed: bool = False
    outcome: str = ""
    place: Place | None = None
    in_line: bool = False
    days_closed: bool = False


# Moments in which something is to be done, or to be waited for: her own page names them first.
LIVE = (
    *(Moment.ENTERED, Moment.AWAY, Moment.LISTED, Moment.LATE, Moment.IN_LINE),
    *(Moment.HELD, Moment.HELD_PART, Moment.HELD_BY_LINE, Moment.THINKS_AGAIN),
)
_OF_OUTCOME = {"void": Moment.VOID, "away": Moment.NOT_DRAWN}
_OF_END = {
    Ended.DECLINED: Moment.DECLINED,
    Ended.LAPSED: Moment.LAPSED,
    Ended.AWAY: Moment.FELL_AWAY,
    Ended.BY_WARD: Moment.TAKEN_BY_WARD,
    Ended.GIVEN_BACK: Moment.GIVEN_BACK,
    Ended.MISSED: Moment.MISSED,
}


def moment_of(known: Known) -> Moment:
    """Return where the entry stands now."""
    if known.stage == Stage.CALLED_OFF:
        return Moment.CALLED_OFF
    if known.stage == Stage.DRAWN:
        return _of_place(known.place, known.outcome) if known.place else _without_place(known)
    if known.stage == Stage.OPEN:
        return Moment.AWAY if known.away else Moment.ENTERED
    if known.away:
        return Moment.AWAY if known.listed else Moment.LEFT_OUT
    return Moment.LATE if known.stage == Stage.LATE else Moment.LISTED


def _of_place(place: Place, outcome: str) -> Moment:
    if place.ended is not None:
        return _OF_END[place.ended]
    if not place.is_held:
        return Moment.TAKEN
    if place.declined:
        return Moment.THINKS_AGAIN
    if place.by_line:
        return Moment.HELD_BY_LINE
    return Moment.HELD_PART if outcome == "partly" else Moment.HELD


def _without_place(known: Known) -> Moment:
    if not known.listed and known.outcome in {"", "away"}:
        return Moment.NOT_DRAWN
    if known.outcome in _OF_OUTCOME:
        return _OF_OUTCOME[known.outcome]
    if known.days_closed:
        return Moment.CLOSED
    return Moment.IN_LINE if known.in_line else Moment.LOST
