"""Rounds that are late: whose entries are not published, whose number is missing, that are not drawn. Reads only.

A round goes on by the clock every minute; one that stands still so long needs a person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bookings.models import DrawRound

from .moments import LATE_AFTER_MINUTES

LATE_AFTER = timedelta(minutes=LATE_AFTER_MINUTES)


class WhyLate(StrEnum):
    NOT_CLOSED = "not_closed"
    NO_NUMBER = "no_number"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True)
class LateRound:
    """``due``: when it should go on, or should have. Not late yet: its public number can be entered, nobody has."""

    draw_round: DrawRound
    why: WhyLate
    due: datetime
    is_late: bool = True


def late_rounds(at: datetime) -> list[LateRound]:
    """Return the rounds that stand still or wait for their number, the first one due first. One query."""
    standing = DrawRound.objects.filter(drawn_at__isnull=True, called_off_at__isnull=True, closes_at__lte=at)
    found = [late for row in standing.select_related("pool__facility", "number") if (late := late_of(row, at))]
    return sorted(found, key=lambda late: late.due)


def late_of(draw_round: DrawRound, at: datetime) -> LateRound | None:
    """Return why the round stands still; None where it does not. Takes it with its ``number``."""
    if draw_round.drawn_at is not None or draw_round.called_off_at is not None:
        return None
    if draw_round.closed_at is None:
        is_late = draw_round.closes_at + LATE_AFTER <= at
        return LateRound(draw_round, WhyLate.NOT_CLOSED, draw_round.closes_at) if is_late else None
    number = getattr(draw_round, "number", None)
    if draw_round.number_source and (number is None or number.confirmed_at is None):
        return LateRound(draw_round, WhyLate.NO_NUMBER, draw_round.draw_at, is_late=draw_round.draw_at <= at)
    is_late = draw_round.draw_at + LATE_AFTER <= at
    return LateRound(draw_round, WhyLate.NOT_DRAWN, draw_round.draw_at) if is_late else None
