"""Where entries in draws stand now: what the records say of them, for ``moment_of``. Reads only."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from bookings.models import Booking, BookingState, DrawEntry, DrawRound, Turn, WaitingEnd, without_published
from bookings.places.release import EndCode

from .late_rounds import LATE_AFTER
from .moments import Ended, Known, Moment, Place, Stage, moment_of

ENDED = {
    EndCode.DECLINED: Ended.DECLINED,
    EndCode.LAPSED: Ended.LAPSED,
    EndCode.AWAY: Ended.AWAY,
}


def with_what_moments_ask(entries: "QuerySet[DrawEntry]") -> "QuerySet[DrawEntry]":
    """Add what ``moment_at`` reads. In a fixed number of queries."""
    places = Booking.objects.select_related("service__facility").prefetch_related("notices", "days")
    needed = entries.select_related("round__pool__facility", "turn").defer(*without_published())
    return needed.prefetch_related(Prefetch("booking", places), Prefetch("turn__booking", places.all()), "notices")


def stage_at(draw_round: DrawRound, at: datetime) -> Stage:
    """Return where the round is."""
    if draw_round.called_off_at is not None:
        return Stage.CALLED_OFF
    if draw_round.drawn_at is not None:
        return Stage.DRAWN
    if at < draw_round.closes_at:
        return Stage.OPEN
    return Stage.LATE if draw_round.draw_at + LATE_AFTER <= at else Stage.CLOSED


def moment_at(entry: DrawEntry, at: datetime) -> Moment:
    """Return where the entry stands. Takes it with ``with_what_moments_ask``."""
    turn = turn_of(entry)
    return moment_of(
        Known(
            stage=stage_at(entry.round, at),
            away=bool(entry.away_why),
            listed=entry.tickets is not None or entry.round.closed_at is None,
            outcome=entry.outcome,
            place=_place(entry, at),
            in_line=turn is not None and turn.ended_at is None,
            days_closed=turn is not None and turn.ended_as == WaitingEnd.WARD,
        )
    )


def place_given(entry: DrawEntry) -> Booking | None:
    """Return the last place that the entry was given: by the draw, or by the line after it."""
    turn = turn_of(entry)
    return entry.booking if turn is None or turn.booking is None else turn.booking


def turn_of(entry: DrawEntry) -> Turn | None:
    """Return the entry's turn in line; who won or left before the draw has none."""
    return getattr(entry, "turn", None)


def _place(entry: DrawEntry, at: datetime) -> Place | None:
    given = place_given(entry)
    return None if given is None else place_of(given, at, by_line=given != entry.booking)


def place_of(booking: Booking, at: datetime, *, by_line: bool = False) -> Place:
    """Return what became of a place that the draw or the line gave."""
    if booking.state == BookingState.OFFERED:
        over = booking.given_on_at is not None and booking.given_on_at <= at
        if over:  # the clock has not given it on yet
            return Place(ended=Ended.DECLINED, by_line=by_line)
        return Place(is_held=True, declined=booking.given_on_at is not None, by_line=by_line)
    if booking.state == BookingState.NO_SHOW:
        return Place(ended=Ended.MISSED, by_line=by_line)
    if booking.state != BookingState.CANCELLED or booking.ended_reason == EndCode.MOVED:
        return Place(by_line=by_line)
    by_ward = Ended.BY_WARD if booking.notices.all() else Ended.GIVEN_BACK
    known = next((ended for code, ended in ENDED.items() if booking.ended_reason == code), by_ward)
    return Place(ended=known, by_line=by_line)
